#include "adapters/log/logger.hpp"

#include <cerrno>
#include <chrono>
#include <utility>

#include <unistd.h>

namespace beckon::adapters {
namespace {

constexpr std::size_t most_windows = 1024;

timestamp system_now() {
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

log_options completed(log_options options) {
  if (!options.now) options.now = system_now;
  return options;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

logger::logger(log_options options)
    : options_(completed(std::move(options))),
      repeats_(options_.most_repeats, options_.repeat_window) {}

logger::~logger() {
  try {
    tell(options_.now(), repeats_.finish());
  } catch (...) {
    lost_.fetch_add(1, std::memory_order_relaxed);
  }
}

void logger::write(port::log_level level, std::string_view component, std::string_view message,
                   const field_list& fields) noexcept {
  if (!enabled(level)) return;
  try {
    const std::lock_guard lock(mutex_);
    const timestamp now = options_.now();
    if (repeats_.size() >= most_windows) tell(now, repeats_.forget_ended(now));
    if (repeats_.size() >= most_windows) tell(now, repeats_.finish());
    const auto held_back = repeats_.admit(level, component, message, now);
    if (!held_back) return;
    if (*held_back == 0) return put({now, level, component, message, fields});
    field_list more = fields;
    more.push_back({"held_back", static_cast<std::int64_t>(*held_back)});
    put({now, level, component, message, more});
  } catch (...) {  // no memory: what is left is to count
    lost_.fetch_add(1, std::memory_order_relaxed);
  }
}

void logger::put(const log_line& line) {
  const std::string bytes =
      options_.form == log_form::json ? to_json_line(line) : to_text_line(line);
  if (!write_all(options_.descriptor, bytes)) lost_.fetch_add(1, std::memory_order_relaxed);
}

void logger::tell(timestamp now, const std::vector<held_back_lines>& held_back) {
  for (const held_back_lines& lines : held_back) {
    put({now,
         lines.level,
         lines.component,
         lines.message,
         {{"held_back", static_cast<std::int64_t>(lines.lines)}}});
  }
}

}  // namespace beckon::adapters
