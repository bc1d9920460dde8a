// Puts recorded events on a source's queues: a door driven by one thread that may block. A crash, a
// Ctrl-C or a lost broker leaves a low-water mark behind, from which the same import goes on.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/access/catalogue.hpp"
#include "engine/access/door.hpp"
#include "engine/access/event.hpp"
#include "messages/port/bus.hpp"

namespace beckon::topology {

struct import_settings {
  door_settings door;
  std::string prefix;  ///< of bus subjects
  std::shared_ptr<const catalogue> events;
  duration patience{60'000};  ///< how long nothing may be acknowledged; a full queue is waited for
  duration back_off{200};     ///< before what failed is sent again
};

/// What an earlier run of the same import left on the queues.
struct import_progress {
  std::uint64_t low_water = 0;  ///< every row up to here is stored
  bool ended = false;           ///< and everything else too: nothing is left to do
};

/// Looks through the last messages of every queue for those of the door. Blocking.
result<import_progress> find_progress(port::bus& bus, const door_settings& door);

/// One thread. Every function may block. Errors: unavailable (no answer for `patience`, or `stop`
/// was set meanwhile), and what the door says of an event.
class importer {
 public:
  /// `bus` and `stop` outlive it; `stop` may be set by a signal handler.
  importer(port::bus& bus, import_settings settings, const std::atomic<bool>& stop);
  ~importer();

  /// Makes the streams, then a begin message in every queue.
  result<void> begin(std::int64_t max_bytes, std::int64_t item_log_bytes);

  /// Takes the event of row `position`, an item's row for the log of items; rows up to the door's `resume_after` only move its clock.
  /// `when` is the event's time, or under a wall clock its arrival.
  result<void> accept(std::uint64_t position, timestamp when, const event& e);
  /// A row that is no event: only its number counts.
  result<void> skip(std::uint64_t position, timestamp when);

  /// Waits at most `most` until everything accepted is stored, whether or not `stop` is set.
  result<void> flush(duration most);
  /// Ends the door: what is accepted is stored, then an end message in every queue.
  result<void> end(std::optional<timestamp> until);

  /// Arrival of what is accepted now, under a wall clock.
  timestamp stamp(timestamp now) noexcept { return door_.stamp(now); }
  std::uint64_t low_water() const noexcept { return door_.low_water(); }
  /// The last refusal said that a queue is full.
  bool queue_full() const noexcept { return full_; }

 private:
  struct inbox;
  using instant = std::chrono::steady_clock::time_point;

  template <class Condition>
  result<void> wait_until(const Condition& done, bool heed_stop, duration most);
  void send(bool flush);
  void publish(const outgoing_envelope& envelope);
  bool collect(duration longest);
  bool is_item_row(const event& e) const;
  result<void> place(std::uint64_t position, timestamp when, std::span<door_share> shares);

  port::bus& bus_;
  import_settings settings_;
  const std::atomic<bool>& stop_;
  door door_;
  std::shared_ptr<inbox> inbox_;  // also held by answers on their way
  bool full_ = false;
  std::string refusal_;
};

}  // namespace beckon::topology
