#include "messages/codec/commit_writer.hpp"

#include "messages/codec/commit_codec.hpp"
#include "messages/codec/field_codec.hpp"

namespace beckon::codec {

commit_writer::commit_writer(const commit_identity& who) {
  record_.set_version(commit_version);
  record_.set_partition(who.partition);
  record_.set_epoch(who.epoch);
  record_.set_previous(who.previous);
  record_.set_incarnation(who.incarnation);
  record_.set_plan_revision(who.plan_revision);
  decisions_.set_partition(who.partition);
  decisions_.set_epoch(who.epoch);
}

result<commit_writer> commit_writer::behind(std::string_view header, std::uint32_t partition) {
  commit_writer made;
  v1::CommitRecord& record = made.record_;
  if (!record.ParseFromArray(header.data(), static_cast<int>(header.size()))) {
    return error{errc::corrupt, "a commit header cannot be read", "store"};
  }
  if (header.empty()) record.set_clock_ms(to_ms(beginning));
  record.clear_seen_dropped_hours();  // that has been done
  record.clear_seen_dropped();
  record.set_version(commit_version);
  record.set_partition(partition);
  record.set_previous(record.epoch());
  record.set_epoch(record.epoch() + 1);
  made.decisions_.set_partition(partition);
  made.decisions_.set_epoch(record.epoch());
  return made;
}

void commit_writer::put(v1::Row::Kind kind, std::string key, std::string content) {
  auto* row = record_.add_rows();
  row->set_kind(kind);
  row->set_key(std::move(key));
  row->set_content(std::move(content));
}

void commit_writer::erase(v1::Row::Kind kind, std::string key) {
  auto* row = record_.add_rows();
  row->set_kind(kind);
  row->set_key(std::move(key));
}

void commit_writer::offset(const source_offset& o) {
  auto* row = record_.add_offsets();
  row->set_source(o.source);
  row->set_stream_created_ns(o.created_ns);
  row->set_sequence(o.sequence);
  row->set_broker_time_ns(o.broker_time_ns);
}

void commit_writer::door(const epoch::door_position& d) {
  auto* row = record_.add_doors();
  row->set_source(d.source);
  row->set_door(d.door);
  row->set_position(d.position);
  row->set_clock_ms(to_ms(d.clock));
  row->set_ended(d.ended);
}

void commit_writer::clock(timestamp partition_clock) { record_.set_clock_ms(to_ms(partition_clock)); }

void commit_writer::seen(timestamp arrival, hash128 key) {
  const auto hour = epoch::hour_of(arrival);
  v1::DeduplicationChunk* chunk = nullptr;
  for (auto& c : *record_.mutable_seen()) {
    if (c.hour() == hour) chunk = &c;
  }
  if (!chunk) {
    chunk = record_.add_seen();
    chunk->set_hour(hour);
  }
  if (!chunk->has_latest_ms() || chunk->latest_ms() < to_ms(arrival))
    chunk->set_latest_ms(to_ms(arrival));
  chunk->mutable_keys()->append(to_bytes(key));
}

void commit_writer::forgotten(const epoch::forgotten_keys& keys) {
  if (keys.below == epoch::forgotten_keys::all) return record_.add_seen_dropped_hours(keys.hour);
  auto* part = record_.add_seen_dropped();
  part->set_hour(keys.hour);
  part->set_below(keys.below);
}

void commit_writer::seen_since(timestamp since) {
  record_.set_seen_since_ms(to_ms(since));
  // What a program before this one reads: the first whole hour.
  record_.set_seen_since_hour(epoch::hour_of(since + std::chrono::hours(1) - duration(1)));
}

void commit_writer::outbox_order(std::uint64_t last) { record_.set_outbox_order(last); }
void commit_writer::derived_sequence(std::uint64_t last) { record_.set_derived_sequence(last); }
void commit_writer::tracked_up_to(std::uint64_t epoch) { record_.set_tracked_up_to(epoch); }

v1::TrackRecord& commit_writer::track(track_step step, const outreach::request& what, timestamp decided) {
  auto* r = decisions_.add_records();
  r->set_version(1);
  r->set_step(step);
  r->set_trace_id(to_bytes(what.occurrence));
  r->set_time_ms(to_ms(what.fired));
  r->set_decided_ms(to_ms(decided));
  r->set_rule(what.rule);
  r->set_rule_version(what.rule_version);
  r->set_subject_kind(what.who.kind);
  r->set_subject_id(what.who.id);
  r->set_key(what.key);
  r->set_partition(record_.partition());
  r->set_epoch(record_.epoch());
  r->set_plan_revision(record_.plan_revision());
  return *r;
}

std::string commit_writer::decisions() const {
  return decisions_.records_size() == 0 ? std::string() : decisions_.SerializeAsString();
}

std::string commit_writer::finish() {
  record_.set_decisions(decisions());
  return record_.SerializeAsString();
}

std::string commit_writer::header() const { return header_of(record_); }

result<committed_head> decode_head(std::string_view header) {
  v1::CommitRecord r;
  if (!r.ParseFromArray(header.data(), static_cast<int>(header.size()))) {
    return error{errc::corrupt, "a commit header cannot be read", "store"};
  }
  committed_head head;
  head.who = {r.partition(), r.epoch(), r.previous(), r.incarnation(), r.plan_revision()};
  for (const auto& o : r.offsets()) {
    head.offsets.push_back({o.source(), o.stream_created_ns(), o.sequence(), o.broker_time_ns()});
  }
  for (const auto& d : r.doors()) {
    head.doors.push_back({d.source(), d.door(), d.position(), from_ms(d.clock_ms()), d.ended()});
  }
  head.clock = from_ms(r.clock_ms());
  if (r.has_seen_since_ms()) {
    head.seen_since = from_ms(r.seen_since_ms());
  } else if (r.seen_since_hour() != 0) {
    head.seen_since = timestamp{std::chrono::hours(r.seen_since_hour())};
  }
  head.outbox_order = r.outbox_order();
  head.derived_sequence = r.derived_sequence();
  head.tracked_up_to = r.tracked_up_to();
  return head;
}

result<std::pair<std::uint32_t, std::uint64_t>> track_batch_name(std::string_view bytes) {
  v1::TrackBatch batch;
  if (!batch.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return error{errc::corrupt, "decision records cannot be read", "store"};
  }
  return std::pair{batch.partition(), batch.epoch()};
}

}  // namespace beckon::codec
