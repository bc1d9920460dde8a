#include "messages/codec/pending_row.hpp"

#include <iterator>
#include <limits>
#include <memory>
#include <utility>

#include "beckon/v1/commit.pb.h"
#include "engine/base/big_endian.hpp"
#include "messages/codec/field_codec.hpp"

namespace beckon::codec {
namespace {

constexpr std::uint32_t pending_version = 1;
constexpr std::size_t subject_key_size = 16;
constexpr std::size_t number_size = 8;

error damaged() {
  return {errc::corrupt, "the bytes are no pending row"};
}

error of_version(std::uint32_t version) {
  return {errc::corrupt, version > pending_version
                             ? "a pending decision was written by a newer Beckon (version " +
                                   std::to_string(version) + " of its row, this one reads " +
                                   std::to_string(pending_version) + ")"
                             : "a pending decision of an unknown form"};
}

outreach::request request_in(v1::PendingRow& in, hash128 occurrence) {
  outreach::request what;
  what.occurrence = occurrence;
  what.who = {std::move(*in.mutable_who()->mutable_kind()),
              std::move(*in.mutable_who()->mutable_id())};
  what.rule = std::move(*in.mutable_rule());
  what.rule_version = std::move(*in.mutable_rule_version());
  what.key = std::move(*in.mutable_key());
  what.fired = from_ms(in.fired_ms());
  what.arrival = in.arrival_ms() == 0 ? beginning : from_ms(in.arrival_ms());
  what.returns = from_proto(in.returns());
  what.held_by = {std::move_iterator(in.mutable_held_by()->begin()),
                  std::move_iterator(in.mutable_held_by()->end())};
  return what;
}

}  // namespace

std::string pending_key(const epoch::pending_decision& d) {
  std::string key = to_bytes(key_of(d.what->who));
  append_number(key, d.name.number);
  return key;
}

std::string encode_pending(const epoch::pending_decision& d) {
  v1::PendingRow out;
  out.set_version(pending_version);
  const auto& what = *d.what;
  out.mutable_who()->set_kind(what.who.kind);
  out.mutable_who()->set_id(what.who.id);
  out.set_occurrence(to_bytes(what.occurrence));
  out.set_rule(what.rule);
  out.set_rule_version(what.rule_version);
  out.set_key(what.key);
  out.set_fired_ms(to_ms(what.fired));
  if (what.arrival != beginning) out.set_arrival_ms(to_ms(what.arrival));
  to_proto(what.returns, out.mutable_returns());
  out.set_action(d.action);
  out.set_priority(d.priority);
  out.set_asked(d.why == outreach::wait_reason::asked);
  out.set_held(d.why == outreach::wait_reason::held);
  for (const auto& filter : what.held_by) out.add_held_by(filter);
  out.set_filter(d.filter);
  out.set_reason(d.reason);
  out.set_wake_ms(to_ms(d.wake));
  out.set_decided_ms(to_ms(d.decided));
  out.set_plan_revision(d.revision);
  out.set_epoch(d.name.epoch);
  out.set_round(d.name.round);
  return out.SerializeAsString();
}

result<epoch::pending_decision> decode_pending(std::string_view key, std::string_view bytes) {
  v1::PendingRow in;
  if (key.size() != subject_key_size + number_size ||
      bytes.size() > std::numeric_limits<int>::max() ||
      !in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return damaged();
  }
  if (in.version() != pending_version) return of_version(in.version());
  const auto occurrence = hash_from_bytes(in.occurrence());
  if (!occurrence) return damaged();
  epoch::pending_decision d;
  d.name = {read_number(key.substr(subject_key_size)), in.epoch(), in.round()};
  d.action = std::move(*in.mutable_action());
  d.priority = in.priority();
  d.why = in.asked()  ? outreach::wait_reason::asked
          : in.held() ? outreach::wait_reason::held
                      : outreach::wait_reason::deferred;
  d.filter = std::move(*in.mutable_filter());
  d.reason = std::move(*in.mutable_reason());
  d.wake = from_ms(in.wake_ms());
  d.decided = from_ms(in.decided_ms());
  d.revision = in.plan_revision();
  d.what = std::make_shared<const outreach::request>(request_in(in, *occurrence));
  return d;
}

}  // namespace beckon::codec
