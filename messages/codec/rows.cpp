#include "messages/codec/rows.hpp"

#include <limits>
#include <utility>

#include "engine/base/big_endian.hpp"
#include "messages/codec/field_codec.hpp"

namespace beckon::codec {
namespace {

/// proto3 leaves zero off the wire, so zero stands for "none" there; the first millisecond of 1970
/// becomes the second.
std::int64_t to_wire(timestamp t, timestamp none) {
  if (t == none) return 0;
  return to_ms(t) == 0 ? 1 : to_ms(t);
}
timestamp from_wire(std::int64_t ms, timestamp none) {
  return ms == 0 ? none : from_ms(ms);
}

error damaged(std::string_view what) {
  return {errc::corrupt, "the bytes are no " + std::string(what)};
}

template <class Message>
bool parse(Message& out, std::string_view bytes) {
  return bytes.size() <= std::numeric_limits<int>::max() &&
         out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

/// An absent hash reads as zero; one of the wrong length is damage.
bool read_hash(std::string_view bytes, hash128& out) {
  if (bytes.empty()) return true;
  result<hash128> read = hash_from_bytes(bytes);
  if (read.ok()) out = *read;
  return read.ok();
}

void write_subject(const subject& who, v1::Subject& out) {
  out.set_kind(who.kind);
  out.set_id(who.id);
}

subject read_subject(v1::Subject&& in) {
  return {std::move(*in.mutable_kind()), std::move(*in.mutable_id())};
}

}  // namespace

std::string encode_directory(const directory_row& row) {
  v1::DirectoryRow out;
  out.set_deadline_ms(to_wire(row.deadline, never));
  out.set_interest(row.interest);
  out.set_rows(row.rows);
  return out.SerializeAsString();
}

result<directory_row> decode_directory(std::string_view bytes) {
  v1::DirectoryRow in;
  if (!parse(in, bytes)) return damaged("directory row");
  return directory_row{from_wire(in.deadline_ms(), never), in.interest(),
                       static_cast<std::uint8_t>(in.rows())};
}

std::string encode_ledger(const std::vector<outreach::reservation>& sends) {
  v1::LedgerRow out;
  out.mutable_reservations()->Reserve(static_cast<int>(sends.size()));
  for (const outreach::reservation& send : sends) {
    v1::Reservation& added = *out.add_reservations();
    added.set_delivery_id(to_bytes(send.delivery));
    added.set_action(send.action);
    added.set_channel(send.channel);
    added.set_time_ms(to_ms(send.time));
  }
  return out.SerializeAsString();
}

result<std::vector<outreach::reservation>> decode_ledger(std::string_view bytes) {
  v1::LedgerRow in;
  if (!parse(in, bytes)) return damaged("ledger row");
  std::vector<outreach::reservation> out;
  out.reserve(static_cast<std::size_t>(in.reservations_size()));
  for (v1::Reservation& one : *in.mutable_reservations()) {
    outreach::reservation& send = out.emplace_back();
    if (!read_hash(one.delivery_id(), send.delivery)) return damaged("ledger row");
    send.action = std::move(*one.mutable_action());
    send.channel = std::move(*one.mutable_channel());
    send.time = from_ms(one.time_ms());
  }
  return out;
}

std::string encode_profile(const field_list& profile) {
  v1::ProfileRow out;
  to_proto(profile, out.mutable_fields());
  return out.SerializeAsString();
}

result<field_list> decode_profile(std::string_view bytes) {
  v1::ProfileRow in;
  if (!parse(in, bytes)) return damaged("profile row");
  return from_proto(in.fields());
}

std::string encode_subject_row(const subject_row& row) {
  v1::SubjectRow out;
  write_subject(row.who, *out.mutable_who());
  out.set_state(row.state);
  for (const auto& held : row.held) {
    auto* h = out.add_held();
    h->set_event(held.event);
    h->mutable_roles()->Assign(held.roles.begin(), held.roles.end());
  }
  return out.SerializeAsString();
}

result<subject_row> decode_subject_row(std::string_view bytes) {
  v1::SubjectRow in;
  if (!parse(in, bytes)) return damaged("subject row");
  subject_row row{read_subject(std::move(*in.mutable_who())), std::move(*in.mutable_state()), {}};
  for (auto& h : *in.mutable_held()) {
    row.held.push_back({std::move(*h.mutable_event()), {h.roles().begin(), h.roles().end()}});
  }
  return row;
}

std::string encode_outbox(const outbox_row& row) {
  v1::OutboxRow out;
  out.set_delivery_id(to_bytes(row.delivery));
  out.set_occurrence(to_bytes(row.occurrence));
  write_subject(row.who, *out.mutable_who());
  out.set_rule(row.rule);
  out.set_rule_version(row.rule_version);
  out.set_action(row.action);
  out.set_channel(row.channel);
  out.set_content_type(row.content_type);
  out.set_body(row.body);
  out.set_address(row.address);
  out.set_fired_ms(to_ms(row.fired));
  out.set_decided_ms(to_ms(row.decided));
  out.set_expires_ms(to_wire(row.expires, never));
  out.set_attempt(row.attempt);
  out.set_retry_at_ms(to_wire(row.retry_at, beginning));
  out.set_may_have_taken_effect(row.may_have_taken_effect);
  out.set_at_most_once(row.when_unknown == delivery::ambiguity::at_most_once);
  out.set_attempting(row.attempting);
  out.set_arrival_ms(to_wire(row.arrival, beginning));
  out.set_redriven(row.redriven);
  return out.SerializeAsString();
}

result<outbox_row> decode_outbox(std::string_view bytes) {
  v1::OutboxRow in;
  outbox_row out;
  if (!parse(in, bytes) || !read_hash(in.delivery_id(), out.delivery) ||
      !read_hash(in.occurrence(), out.occurrence)) {
    return damaged("outbox row");
  }
  out.who = read_subject(std::move(*in.mutable_who()));
  out.rule = std::move(*in.mutable_rule());
  out.rule_version = std::move(*in.mutable_rule_version());
  out.action = std::move(*in.mutable_action());
  out.channel = std::move(*in.mutable_channel());
  out.content_type = std::move(*in.mutable_content_type());
  out.body = std::move(*in.mutable_body());
  out.address = std::move(*in.mutable_address());
  out.fired = from_ms(in.fired_ms());
  out.decided = from_ms(in.decided_ms());
  out.expires = from_wire(in.expires_ms(), never);
  out.attempt = in.attempt();
  out.retry_at = from_wire(in.retry_at_ms(), beginning);
  out.may_have_taken_effect = in.may_have_taken_effect();
  if (in.at_most_once()) out.when_unknown = delivery::ambiguity::at_most_once;
  out.attempting = in.attempting();
  out.arrival = from_wire(in.arrival_ms(), beginning);
  out.redriven = in.redriven();
  return out;
}

std::string outbox_key(std::uint64_t order) {
  std::string key;
  append_number(key, order);
  return key;
}

result<std::uint64_t> outbox_order(std::string_view key) {
  if (key.size() != 8) return damaged("outbox key");
  return read_number(key);
}

std::string encode_dead_letter(const dead_letter_row& row) {
  v1::DeadLetterRow out;
  out.set_id(to_bytes(row.id));
  out.set_actor(row.actor);
  out.set_reason(row.reason);
  write_subject(row.who, *out.mutable_who());
  out.set_input(row.input);
  out.set_time_ms(to_ms(row.time));
  out.set_first_arrival_ms(to_wire(row.first_arrival, beginning));
  out.set_source(row.source);
  out.set_event_id(row.event_id);
  out.set_event_type(row.event_type);
  out.set_partition(row.partition);
  out.set_epoch(row.epoch);
  return out.SerializeAsString();
}

result<dead_letter_row> decode_dead_letter(std::string_view bytes) {
  v1::DeadLetterRow in;
  dead_letter_row out;
  if (!parse(in, bytes) || !read_hash(in.id(), out.id)) return damaged("dead letter row");
  out.actor = std::move(*in.mutable_actor());
  out.reason = std::move(*in.mutable_reason());
  out.who = read_subject(std::move(*in.mutable_who()));
  out.input = std::move(*in.mutable_input());
  out.time = from_ms(in.time_ms());
  out.first_arrival = from_wire(in.first_arrival_ms(), beginning);
  out.source = std::move(*in.mutable_source());
  out.event_id = std::move(*in.mutable_event_id());
  out.event_type = std::move(*in.mutable_event_type());
  out.partition = in.partition();
  out.epoch = in.epoch();
  return out;
}

}  // namespace beckon::codec
