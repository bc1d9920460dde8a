// Holds back what says the same again and again. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/time.hpp"
#include "messages/port/log.hpp"

namespace beckon::adapters {

/// What was held back of one (component, message) in a window that is over.
struct held_back_lines {
  port::log_level level = port::log_level::info;
  std::string component;
  std::string message;
  std::uint64_t lines = 0;
};

class repeats {
 public:
  /// Of equal lines `most` pass in each `window`. `most` 0: all pass.
  repeats(std::uint32_t most, duration window) : most_(most), window_(window) {}

  /// nullopt: hold this line back. Else how many equal ones were held back since the last that
  /// passed.
  std::optional<std::uint64_t> admit(port::log_level level, std::string_view component,
                                     std::string_view message, timestamp now);

  /// Forgets windows that are over and returns what they held back and nobody has been told.
  std::vector<held_back_lines> forget_ended(timestamp now);
  /// Ends all windows.
  std::vector<held_back_lines> finish() { return forget_ended(never); }

  std::size_t size() const noexcept { return windows_.size(); }

 private:
  struct equal_lines {
    held_back_lines held_back;
    timestamp begin{};
    std::uint32_t passed = 0;
  };

  std::uint32_t most_;
  duration window_;
  std::unordered_map<std::string, equal_lines> windows_;
};

}  // namespace beckon::adapters
