#include "tests/support/commit_records.hpp"

#include "beckon/v1/track.pb.h"

namespace beckon::tests {

commit_record::commit_record(std::uint32_t partition, std::uint64_t epoch) {
  content.set_version(1);
  content.set_partition(partition);
  content.set_epoch(epoch);
  content.set_previous(epoch - 1);
  content.set_incarnation(1);
}

commit_record& commit_record::row(port::row_kind kind, std::string_view key,
                                  std::string_view bytes) {
  v1::Row& added = *content.add_rows();
  added.set_kind(static_cast<v1::Row::Kind>(kind));
  added.set_key(std::string(key));
  added.set_content(std::string(bytes));
  return *this;
}

commit_record& commit_record::remove(port::row_kind kind, std::string_view key) {
  row(kind, key, "");
  content.mutable_rows()->rbegin()->clear_content();
  return *this;
}

commit_record& commit_record::seen(std::int64_t hour, std::string_view keys,
                                   std::optional<timestamp> latest) {
  v1::DeduplicationChunk& added = *content.add_seen();
  added.set_hour(hour);
  added.set_keys(std::string(keys));
  if (latest) added.set_latest_ms(to_ms(*latest));
  return *this;
}

commit_record& commit_record::drop_hour(std::int64_t hour) {
  content.add_seen_dropped_hours(hour);
  return *this;
}

commit_record& commit_record::drop_below(std::int64_t hour, std::uint64_t epoch) {
  v1::DroppedKeys& added = *content.add_seen_dropped();
  added.set_hour(hour);
  added.set_below(epoch);
  return *this;
}

commit_record& commit_record::decision(std::string_view rule, std::int64_t decided_ms) {
  v1::TrackBatch batch;
  batch.set_partition(content.partition());
  batch.set_epoch(content.epoch());
  v1::TrackRecord& record = *batch.add_records();
  record.set_rule(std::string(rule));
  record.set_decided_ms(decided_ms);
  content.set_decisions(batch.SerializeAsString());
  return *this;
}

commit_record& commit_record::tracked_up_to(std::uint64_t epoch) {
  content.set_tracked_up_to(epoch);
  return *this;
}

}  // namespace beckon::tests
