#include "engine/base/node_clock.hpp"

#include <algorithm>

namespace beckon {
namespace {

using std::chrono::nanoseconds;

constexpr std::int64_t million = 1'000'000;

}  // namespace

nanoseconds time_line::exactly(nanoseconds monotonic) const noexcept {
  const nanoseconds passed = std::max(monotonic - from, nanoseconds::zero());
  const std::int64_t whole = passed.count() / million * quicker;
  const std::int64_t rest = passed.count() % million * quicker / million;
  const nanoseconds bound = std::chrono::abs(most);
  return at + passed + std::clamp(nanoseconds(whole + rest), -bound, bound);
}

timestamp time_line::now(nanoseconds monotonic) const noexcept {
  return timestamp{std::chrono::floor<duration>(exactly(monotonic))};
}

node_clock::node_clock(nanoseconds monotonic, timestamp wall) noexcept
    : line_{monotonic, wall.time_since_epoch(), {}, 0},
      wall_start_(nanoseconds(wall.time_since_epoch()) - monotonic) {}

node_clock::sight node_clock::look(nanoseconds monotonic, timestamp wall) noexcept {
  const nanoseconds at = line_.exactly(monotonic);
  const nanoseconds wall_at = wall.time_since_epoch();
  const nanoseconds ahead = wall_at - at;
  const std::int64_t wanted =
      ahead.count() / nanoseconds(made_up_in).count() * million +
      ahead.count() % nanoseconds(made_up_in).count() * million / nanoseconds(made_up_in).count();
  line_ = {monotonic, at, ahead, std::clamp(wanted, -quickest, quickest)};
  return {std::chrono::duration_cast<duration>(ahead), judge(ahead, wall_at - monotonic)};
}

node_clock::news node_clock::judge(nanoseconds ahead, nanoseconds wall_start) noexcept {
  const bool stepped = std::chrono::abs(wall_start - wall_start_) > tolerated;
  wall_start_ = wall_start;
  const bool was_apart = apart_;
  apart_ = std::chrono::abs(ahead) > (was_apart ? agreed : tolerated);
  if (apart_) return !was_apart || stepped ? news::was_set : news::none;
  return was_apart ? news::agrees_again : news::none;
}

}  // namespace beckon
