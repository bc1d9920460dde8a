// Builds what an epoch commits: the CommitRecord and, inside it, the decision records. Not thread-safe; one per epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beckon/v1/commit.pb.h"
#include "beckon/v1/track.pb.h"
#include "engine/base/hash.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/epoch/deduplication.hpp"
#include "engine/epoch/door_table.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::codec {

/// How far a queue has been read.
struct source_offset {
  std::string source;
  std::int64_t created_ns = 0;
  std::uint64_t sequence = 0;
  std::int64_t broker_time_ns = 0;
};

/// What identifies an epoch's record.
struct commit_identity {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::uint64_t previous = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t plan_revision = 0;
};

/// The unified tracking protocol's steps, as track.proto numbers them.
using track_step = v1::TrackRecord::Step;

class commit_writer {
 public:
  explicit commit_writer(const commit_identity& who);
  /// The record behind the one whose header (port::store::recover; "": none) this is: the same in
  /// all it says of doors, queues, clock and numbers. For what changes rows beside a node. Error:
  /// corrupt.
  static result<commit_writer> behind(std::string_view header, std::uint32_t partition);

  void put(v1::Row::Kind kind, std::string key, std::string content);
  void erase(v1::Row::Kind kind, std::string key);
  void offset(const source_offset& o);
  void door(const epoch::door_position& d);
  void clock(timestamp partition_clock);
  /// A deduplication key and its arrival.
  void seen(timestamp arrival, hash128 key);
  void forgotten(const epoch::forgotten_keys& keys);
  /// See epoch::deduplication::whole_since.
  void seen_since(timestamp since);
  void outbox_order(std::uint64_t last);
  void derived_sequence(std::uint64_t last);
  void tracked_up_to(std::uint64_t epoch);

  /// A decision record about a request; the caller fills what is particular to the step.
  v1::TrackRecord& track(track_step step, const outreach::request& what, timestamp decided);

  std::uint64_t epoch() const noexcept { return record_.epoch(); }
  std::size_t tracked() const noexcept { return static_cast<std::size_t>(decisions_.records_size()); }
  std::size_t rows() const noexcept { return static_cast<std::size_t>(record_.rows_size()); }
  /// The decision records alone (TrackBatch); empty when there is none.
  std::string decisions() const;
  /// The whole record, encoded.
  std::string finish();
  /// What a store will say of it to the next: for `behind`.
  std::string header() const;

 private:
  commit_writer() = default;

  v1::CommitRecord record_;
  v1::TrackBatch decisions_;
};

/// What a header (CommitRecord without rows) says to a new incarnation.
struct committed_head {
  commit_identity who;
  std::vector<source_offset> offsets;
  std::vector<epoch::door_position> doors;
  timestamp clock = beginning;
  std::optional<timestamp> seen_since;
  std::uint64_t outbox_order = 0;
  std::uint64_t derived_sequence = 0;
  std::uint64_t tracked_up_to = 0;
};
result<committed_head> decode_head(std::string_view header);

/// Partition and epoch of a TrackBatch.
result<std::pair<std::uint32_t, std::uint64_t>> track_batch_name(std::string_view bytes);

}  // namespace beckon::codec
