// Where stations say what people should know. Implemented by adapters/log; actors and adapters log
// only through this port. Threads: any. Never blocks for long, never throws, never fails: a line
// that cannot be written is counted and lost.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/value.hpp"

namespace beckon::port {

/// How much a line matters. `error`: somebody must act; `warning`: somebody should look; `info`:
/// what an operator wants to read at all times; `debug`: for finding bugs.
enum class log_level : std::uint8_t { debug, info, warning, error };

/// "debug", "info", "warning", "error".
constexpr std::string_view to_string(log_level level) noexcept {
  constexpr std::string_view names[] = {"debug", "info", "warning", "error"};
  return names[static_cast<std::size_t>(level)];
}

class log {
 public:
  virtual ~log() = default;

  /// One line. `component`: the station ("partition 3", "channel push"); `message`: a constant
  /// sentence without numbers (repeats of the same component and message are held back); what
  /// varies goes into `fields`.
  virtual void write(log_level level, std::string_view component, std::string_view message,
                     const field_list& fields = {}) noexcept = 0;

  /// Whether a line of this level would be written: to spare building its fields.
  virtual bool enabled(log_level level) const noexcept = 0;
};

/// Says nothing: for tests and tools.
class null_log final : public log {
 public:
  void write(log_level, std::string_view, std::string_view, const field_list&) noexcept override {}
  bool enabled(log_level) const noexcept override { return false; }
};

}  // namespace beckon::port
