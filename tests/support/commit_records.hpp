// Commit records for tests, built in one line each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "beckon/v1/commit.pb.h"
#include "messages/port/store.hpp"

namespace beckon::tests {

/// A record of `epoch` that follows `epoch - 1`. Set more on `content`; `bytes` encodes it.
class commit_record {
 public:
  commit_record(std::uint32_t partition, std::uint64_t epoch);

  commit_record& row(port::row_kind kind, std::string_view key, std::string_view content);
  commit_record& remove(port::row_kind kind, std::string_view key);
  /// `keys`: 16 bytes each.
  commit_record& seen(std::int64_t hour, std::string_view keys,
                      std::optional<timestamp> latest = {});
  commit_record& drop_below(std::int64_t hour, std::uint64_t epoch);
  commit_record& drop_hour(std::int64_t hour);
  /// A TrackBatch of one record decided at `decided_ms`.
  commit_record& decision(std::string_view rule, std::int64_t decided_ms = 1'700'000'000'000);
  commit_record& tracked_up_to(std::uint64_t epoch);

  std::string bytes() const { return content.SerializeAsString(); }

  v1::CommitRecord content;
};

}  // namespace beckon::tests
