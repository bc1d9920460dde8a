#include "adapters/cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "adapters/cli/table.hpp"

namespace beckon::adapters {
namespace {

constexpr std::size_t least_width = 20;
constexpr std::size_t most_width = 1000;
constexpr std::chrono::milliseconds redraw_after{100};

std::size_t width_of(int descriptor, const char* columns) {
  winsize size{};
  std::size_t width = 0;
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0) width = size.ws_col;
  if (width == 0 && columns != nullptr) {
    const std::string_view text = columns;
    std::from_chars(text.data(), text.data() + text.size(), width);
  }
  return width == 0 ? terminal{}.width : std::clamp(width, least_width, most_width);
}

/// "2 h 05 min", "3 min 20 s", "7 s".
std::string time_text(std::chrono::milliseconds left) {
  const auto seconds = (left.count() + 999) / 1000;
  if (seconds >= 3600) {
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
  }
  if (seconds >= 60) {
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  }
  return std::to_string(seconds) + " s";
}

/// "  52000/s  2 min 05 s": how fast, and for how long.
std::string pace(std::uint64_t done, std::chrono::milliseconds elapsed) {
  if (elapsed.count() <= 0) return "";
  const double a_second = static_cast<double>(done) * 1000 / static_cast<double>(elapsed.count());
  return "  " + std::to_string(static_cast<std::uint64_t>(a_second)) + "/s  " + time_text(elapsed);
}

/// The first `cells` cells of the text; characters are not torn apart.
std::string cut(std::string_view text, std::size_t cells) {
  std::size_t end = text.size();
  while (end > 0 && display_width(text.substr(0, end)) > cells) {
    --end;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  }
  return std::string(text.substr(0, end));
}

}  // namespace

terminal terminal::of(int descriptor, const environment& lookup) {
  const auto read = [&lookup](const char* name) {
    const char* found = lookup ? lookup(name) : std::getenv(name);
    return found == nullptr ? std::string_view{} : std::string_view{found};
  };
  terminal out;
  out.interactive = isatty(descriptor) == 1;
  out.colour = out.interactive && read("NO_COLOR").empty() && read("TERM") != "dumb";
  out.width = width_of(descriptor, lookup ? lookup("COLUMNS") : std::getenv("COLUMNS"));
  return out;
}

std::string terminal::paint(style s, std::string_view text) const {
  constexpr std::array<std::string_view, 7> codes = {"", "1", "2", "31", "32", "33", "34"};
  if (!colour || s == style::plain) return std::string(text);
  return "\x1b[" + std::string(codes[static_cast<std::size_t>(s)]) + "m" + std::string(text) +
         "\x1b[0m";
}

std::string progress_line(std::string_view label, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds elapsed, std::size_t width) {
  if (total == 0)
    return cut(std::string(label) + "  " + std::to_string(done) + pace(done, elapsed), width);
  done = std::min(done, total);
  const double part = static_cast<double>(done) / static_cast<double>(total);
  std::string tail = " " + std::to_string(static_cast<int>(part * 100)) + "%  " +
                     std::to_string(done) + "/" + std::to_string(total) + pace(done, elapsed);
  if (done > 0 && done < total && elapsed.count() > 0) {
    const auto whole = static_cast<double>(elapsed.count()) / part;
    tail += ", " +
            time_text(std::chrono::milliseconds(static_cast<std::int64_t>(whole)) - elapsed) +
            " left";
  }
  const std::size_t taken = display_width(label) + 3 + tail.size();
  const std::size_t cells = width > taken + 5 ? std::min<std::size_t>(width - taken, 40) : 0;
  if (cells == 0) return cut(std::string(label) + tail, width);
  const auto full = static_cast<std::size_t>(part * static_cast<double>(cells));
  return std::string(label) + " [" + std::string(full, '#') + std::string(cells - full, '.') + "]" +
         tail;
}

progress_bar::progress_bar(const terminal& where, std::ostream& out, std::string label,
                           std::uint64_t total, instant now)
    : where_(where), out_(out), label_(std::move(label)), total_(total), start_(now), drawn_(now) {}

void progress_bar::update(std::uint64_t done, instant now) {
  done_ = done;
  if (where_.interactive && (!anything_drawn_ || now - drawn_ >= redraw_after)) draw(now);
}

void progress_bar::finish(instant now) {
  if (!where_.interactive) return;
  draw(now);
  out_ << '\n' << std::flush;
}

void progress_bar::draw(instant now) {
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_);
  out_ << '\r' << progress_line(label_, done_, total_, elapsed, where_.width - 1) << "\x1b[K"
       << std::flush;
  drawn_ = now;
  anything_drawn_ = true;
}

}  // namespace beckon::adapters
