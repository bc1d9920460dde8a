// What an HTTP door has accepted, on the local disk, before and after the broker has it. Implemented by adapters/rocksdb.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace beckon::port {

/// One accepted event under its door's position.
struct logged_event {
  std::uint64_t position = 0;
  std::string bytes;  ///< Event of event.proto
};

/// Thread-safe. A door's positions grow; the oldest events go when the log is larger than it may be.
class ingest_log {
 public:
  virtual ~ingest_log() = default;

  using durable_handler = std::function<void(result<void>)>;
  /// Adds events of one door, in the order of the calls. `done` is called once, on a thread of the log, when they are
  /// on the disk (one sync for all that wait) or are not. Errors: exhausted (disk full) and unavailable: the next call
  /// tries anew; internal (a write or sync failed otherwise): whether the events are there nobody knows, every later
  /// call fails likewise and nothing is read any more: the process must stop. Never blocks for the disk.
  virtual void append(std::string door, std::vector<logged_event> events, durable_handler done) = 0;

  /// Visits the door's events with positions > `after`, in order, until `visit` returns false. Blocking.
  using visitor = std::function<bool(std::uint64_t position, std::string_view bytes)>;
  virtual result<void> read(const std::string& door, std::uint64_t after, const visitor& visit) = 0;

  /// The door's last position; 0: none. Blocking.
  virtual result<std::uint64_t> last(const std::string& door) = 0;
};

}  // namespace beckon::port
