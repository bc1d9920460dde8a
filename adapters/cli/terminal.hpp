// What output goes to: a person's terminal or a pipe; colours and progress only for the former.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace beckon::adapters {

enum class style : std::uint8_t { plain, bold, dim, red, green, yellow, blue };

/// A value: what is known of one output. Any thread.
struct terminal {
  bool interactive = false;  ///< a person sees it: progress makes sense
  bool colour = false;     ///< interactive, NO_COLOR unset or empty (no-color.org), TERM not "dumb"
  std::size_t width = 80;  ///< cells

  /// Looks a variable up; nullptr when unset.
  using environment = std::function<const char*(const char*)>;

  /// Asks the file descriptor; `lookup` is the process' environment unless said.
  static terminal of(int descriptor, const environment& lookup = {});

  /// The text in a style where there is colour, else the text.
  std::string paint(style s, std::string_view text) const;
};

/// The line a progress bar shows: label, bar, per cent, count, how many a second, time gone and
/// left; cut to `width` cells.
std::string progress_line(std::string_view label, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds elapsed, std::size_t width);

/// A bar that redraws itself in place, at most ten times a second; silent where nobody sees it. One
/// thread.
class progress_bar {
 public:
  using instant = std::chrono::steady_clock::time_point;

  /// `total` 0: the amount is not known beforehand. `out` must outlive the bar.
  progress_bar(const terminal& where, std::ostream& out, std::string label, std::uint64_t total,
               instant now);

  void update(std::uint64_t done, instant now);
  /// Draws the last state and ends the line.
  void finish(instant now);

 private:
  void draw(instant now);

  terminal where_;
  std::ostream& out_;
  std::string label_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  instant start_;
  instant drawn_;
  bool anything_drawn_ = false;
};

}  // namespace beckon::adapters
