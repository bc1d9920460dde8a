// How starts went, for all partitions of a node: records that outlive the process, and who takes
// inputs one at a time. At most one partition does at any moment, so that what was marked is what
// was judged. Owned by the node; outlives the actors.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "engine/epoch/progress.hpp"

namespace beckon::actors {

class start_book {
 public:
  /// By partition; each is written by its partition alone.
  explicit start_book(std::span<epoch::start_record> records) : records_(records) {}

  epoch::start_record* of(std::uint32_t partition) noexcept {
    return partition < records_.size() ? &records_[partition] : nullptr;
  }

  /// Whether this partition is the one that isolates, or may be from now on. Any thread.
  bool enter(std::uint32_t partition) noexcept {
    auto holder = nobody;
    return alone_.compare_exchange_strong(holder, partition) || holder == partition;
  }
  void leave(std::uint32_t partition) noexcept {
    auto holder = partition;
    alone_.compare_exchange_strong(holder, nobody);
  }

 private:
  static constexpr std::uint32_t nobody = UINT32_MAX;
  std::span<epoch::start_record> records_;
  std::atomic<std::uint32_t> alone_{nobody};
};

}  // namespace beckon::actors
