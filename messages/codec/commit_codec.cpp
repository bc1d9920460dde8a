#include "messages/codec/commit_codec.hpp"

#include <limits>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "beckon/v1/track.pb.h"

namespace beckon::codec {
namespace {

using google::protobuf::internal::WireFormatLite;

error bad(const v1::CommitRecord& record, const std::string& why) {
  return {errc::corrupt, why,
          "partition " + std::to_string(record.partition()) + " epoch " +
              std::to_string(record.epoch())};
}

result<void> check_form(const v1::CommitRecord& record) {
  if (record.version() != commit_version) {
    return bad(record, "commit record of version " + std::to_string(record.version()) +
                           "; this program reads version " + std::to_string(commit_version));
  }
  if (record.partition() >= most_partitions) return bad(record, "no such partition");
  if (record.epoch() <= record.previous())
    return bad(record, "the epoch is not after the previous one");
  for (const v1::Row& row : record.rows()) {
    if (row.kind() < v1::Row::STATE || row.kind() > v1::Row::Kind_MAX) {
      return bad(record, "row of unknown kind " + std::to_string(row.kind()));
    }
    if (row.key().empty()) return bad(record, "row without a key");
  }
  for (const v1::DeduplicationChunk& chunk : record.seen()) {
    if (chunk.keys().size() % 16 != 0)
      return bad(record, "deduplication keys are not 16 bytes each");
  }
  return {};
}

}  // namespace

result<const v1::CommitRecord*> decode_commit(std::string_view bytes,
                                              google::protobuf::Arena& arena) {
  auto* record = google::protobuf::Arena::CreateMessage<v1::CommitRecord>(&arena);
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !record->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return error{errc::corrupt, "the bytes are no commit record"};
  }
  if (result<void> form = check_form(*record); !form.ok()) return form.error();
  return record;
}

result<void> check_follows(const commit_head& head, const v1::CommitRecord& record) {
  if (record.incarnation() < head.incarnation || record.fence() < head.fence) {
    error older =
        bad(record,
            "the record is of an older incarnation (" + std::to_string(record.incarnation()) +
                ", fence " + std::to_string(record.fence()) + ") than the last one (" +
                std::to_string(head.incarnation) + ", fence " + std::to_string(head.fence) + ")");
    older.code = errc::conflict;
    return older;
  }
  if (record.previous() != head.epoch) {
    return bad(record, "the record follows epoch " + std::to_string(record.previous()) +
                           ", but the last one is " + std::to_string(head.epoch));
  }
  return {};
}

commit_head head_of(const v1::CommitRecord& record) {
  return {record.epoch(), record.incarnation(), record.fence()};
}

std::string header_of(const v1::CommitRecord& record) {
  v1::CommitRecord header;
  header.set_version(record.version());
  header.set_partition(record.partition());
  header.set_epoch(record.epoch());
  header.set_previous(record.previous());
  header.set_fence(record.fence());
  header.set_incarnation(record.incarnation());
  header.set_plan_revision(record.plan_revision());
  *header.mutable_offsets() = record.offsets();
  *header.mutable_doors() = record.doors();
  header.set_clock_ms(record.clock_ms());
  *header.mutable_seen_dropped_hours() = record.seen_dropped_hours();
  *header.mutable_seen_dropped() = record.seen_dropped();
  header.set_seen_since_hour(record.seen_since_hour());
  if (record.has_seen_since_ms()) header.set_seen_since_ms(record.seen_since_ms());
  header.set_outbox_order(record.outbox_order());
  header.set_derived_sequence(record.derived_sequence());
  header.set_tracked_up_to(record.tracked_up_to());
  return header.SerializeAsString();
}

result<std::optional<timestamp>> decided_at(std::string_view track_batch) {
  using google::protobuf::io::CodedInputStream;
  const error damaged{errc::corrupt, "the decisions are no TrackBatch"};
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(track_batch.data()),
                      static_cast<int>(track_batch.size()));
  constexpr std::uint32_t records_tag = WireFormatLite::MakeTag(
      v1::TrackBatch::kRecordsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  while (const std::uint32_t tag = in.ReadTag()) {
    if (tag != records_tag) {
      if (!WireFormatLite::SkipField(&in, tag)) return damaged;
      continue;
    }
    std::uint32_t size = 0;
    v1::TrackRecord first;
    if (!in.ReadVarint32(&size)) return damaged;
    const auto begin = static_cast<std::size_t>(in.CurrentPosition());
    if (size > track_batch.size() - begin ||
        !first.ParseFromArray(track_batch.data() + begin, static_cast<int>(size))) {
      return damaged;
    }
    return std::optional(from_ms(first.decided_ms()));
  }
  if (!in.ConsumedEntireMessage()) return damaged;
  return std::optional<timestamp>{};
}

}  // namespace beckon::codec
