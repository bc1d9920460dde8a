// What a partition's starts say about its inputs, where no supervisor could see why the process
// ended (SIGSEGV, out of memory). One record per partition lies in memory that outlives the
// process; what follows from it is decided here. A process that ended in the middle of an epoch is
// a failure; until the partition has come past that place, failures add up. From the second on
// inputs are taken one at a time, each marked before it is looked at; whoever was marked when the
// process ended again goes to the dead letters. Pure; a record has one writer. Source: design.md,
// "Supervision".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/hash.hpp"
#include "engine/base/time.hpp"

namespace beckon::epoch {

/// How far a partition has come: by queue the last message that is taken (one more while it is in
/// the middle of the next), and its clock. Queues beyond the bound are left out.
struct reached {
  static constexpr std::size_t most_queues = 16;
  std::array<std::uint64_t, most_queues> messages{};
  std::int64_t clock_ms = INT64_MIN;

  bool is_past(const reached& place) const noexcept;
  void extend(const reached& other) noexcept;
  friend bool operator==(const reached&, const reached&) = default;
};

/// Lies in the file as it is: plain numbers. All zero: nothing is known.
struct start_record {
  std::uint32_t taking = 0;      ///< an epoch is being taken, judged or decided
  std::uint32_t committing = 0;  ///< so many are with the committer
  std::uint32_t failures = 0;    ///< ends of the process in the middle of an epoch, since progress
  std::uint32_t unused = 0;
  hash128 mark;       ///< the input taken alone; zero: none
  hash128 suspect;    ///< the input that was marked when the process ended, once
  hash128 condemned;  ///< the one that is not judged any more; until its dead letter is committed
  hash128 offender;   ///< the subject of the last condemned input
  reached under_way;  ///< where the epoch will have come
  reached failed_at;  ///< the place to come past
};

/// Once per process, before anybody writes into the record. `crashed`: the process is known to have
/// ended by a bug (SIGSEGV, SIGABRT, …); otherwise it may have been killed by a person, and an
/// input is condemned only when it was marked twice.
void begin_life(start_record& r, bool crashed) noexcept;

/// One incarnation of a partition, writing into its record.
class progress {
 public:
  /// An incarnation begins: nothing is under way.
  explicit progress(start_record& r) noexcept;

  std::uint32_t failures() const noexcept { return r_.failures; }
  /// Inputs are taken one at a time.
  bool isolates() const noexcept { return r_.failures >= failures_before_isolation; }

  void take_begins() noexcept { r_.taking = 1; }
  void nothing_taken() noexcept { r_.taking = 0; }
  /// Before anything is made of what was taken.
  void judge_begins(const reached& to) noexcept;
  /// While inputs are taken one at a time: this one is next. Whether it is condemned.
  bool mark(hash128 input) noexcept;
  /// A condemned input concerned this subject; true: so did the one before, and the subject's state
  /// is not to be trusted.
  bool condemn(hash128 subject) noexcept;
  void commit_begins() noexcept;
  /// True: with this, the partition has come past the place where the process ended.
  bool committed(const reached& to) noexcept;
  /// Everything there is has been taken and committed. True: as `committed`.
  bool caught_up(std::int64_t clock_ms) noexcept;

 private:
  static constexpr std::uint32_t failures_before_isolation = 2;

  bool forgive() noexcept;

  start_record& r_;
  bool condemning_ = false;  ///< the epoch under way holds the dead letter …
  hash128 offender_;         ///< … of this subject
};

}  // namespace beckon::epoch
