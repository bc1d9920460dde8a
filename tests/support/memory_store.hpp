// port::store in memory, with the semantics of adapters/rocksdb (one conformance suite runs on
// both) and faults on order. Threads: any; visitors run outside the lock.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "messages/codec/commit_codec.hpp"
#include "messages/port/store.hpp"

namespace beckon::tests {

class memory_store final : public port::store {
 public:
  /// What a disk would hold of one partition, and of all.
  struct partition_image {
    codec::commit_head head;
    std::string last_record;
    std::string header;
    std::uint64_t tracked_up_to = 0;
    std::map<std::pair<port::row_kind, std::string>, std::string> rows;
    std::map<std::pair<std::int64_t, std::uint64_t>, port::seen_row> seen;  // by hour and epoch
    std::map<std::uint64_t, std::string> decisions;
  };
  using image = std::map<std::uint32_t, partition_image>;

  memory_store() = default;
  /// As after a crash and a restart: what was committed, no faults ordered.
  explicit memory_store(image disk) : disk_(std::move(disk)) {}

  /// The next commit answers `code`; with `applied` it took effect all the same, as a sync whose
  /// answer was lost. As on disk, after `exhausted` commits fail until `reopen`, after `internal`
  /// for good.
  void fail_next_commit(errc code, bool applied = false);
  /// The next `times` reopenings answer exhausted.
  void fail_reopen(int times);
  /// What is on the disk now: hand it to a new store, or to `restore`.
  image snapshot() const;
  /// The disk is as it was: forgets later commits and all faults.
  void restore(image disk);
  /// Commits acknowledged so far.
  std::uint64_t commits() const;

  result<std::vector<std::optional<std::string>>> load(
      std::span<const port::row_key> keys) override;
  result<void> commit(std::span<const std::string> records) override;
  result<void> scan(std::uint32_t partition, port::row_kind kind, std::string_view after,
                    const port::row_visitor& visit) override;
  result<port::recovered_partition> recover(std::uint32_t partition) override;
  result<void> decisions(std::uint32_t partition, std::uint64_t from_epoch,
                         const std::function<bool(std::string_view batch)>& visit) override;
  result<void> reopen() override;

 private:
  struct ordered_fault {
    errc code;
    bool applied;
  };
  result<void> apply(std::span<const std::string> records);

  mutable std::mutex mutex_;
  image disk_;
  std::optional<ordered_fault> fault_;
  std::optional<error> failed_;
  int failing_reopenings_ = 0;
  std::uint64_t commits_ = 0;
};

}  // namespace beckon::tests
