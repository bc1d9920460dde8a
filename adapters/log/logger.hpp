// port::log on a file descriptor, standard error by default: one line per write, one write(2) per
// line. Threads: any. A line that cannot be written (descriptor closed, pipe full and not blocking)
// is counted and lost.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

#include "adapters/log/line.hpp"
#include "adapters/log/repeats.hpp"
#include "messages/port/log.hpp"

namespace beckon::adapters {

enum class log_form : std::uint8_t { text, json };

struct log_options {
  port::log_level least = port::log_level::info;
  log_form form = log_form::text;
  int descriptor = 2;              ///< not closed by the logger
  std::uint32_t most_repeats = 5;  ///< lines of one component and message per window; 0: no limit
  duration repeat_window{10'000};
  std::function<timestamp()> now = {};  ///< empty: the system's clock
};

class logger final : public port::log {
 public:
  explicit logger(log_options options);
  /// Says what was held back and not yet told.
  ~logger() override;

  void write(port::log_level level, std::string_view component, std::string_view message,
             const field_list& fields = {}) noexcept override;
  bool enabled(port::log_level level) const noexcept override { return level >= options_.least; }

  /// Lines lost because they could not be written.
  std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

 private:
  void put(const log_line& line);
  void tell(timestamp now, const std::vector<held_back_lines>& held_back);

  const log_options options_;
  std::atomic<std::uint64_t> lost_{0};
  std::mutex mutex_;
  repeats repeats_;
};

}  // namespace beckon::adapters
