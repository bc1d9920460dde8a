#include "engine/epoch/progress.hpp"

#include <algorithm>
#include <type_traits>

namespace beckon::epoch {
namespace {

static_assert(std::is_trivially_copyable_v<start_record> && sizeof(start_record) % 8 == 0);

constexpr hash128 none{};

}  // namespace

bool reached::is_past(const reached& place) const noexcept {
  for (std::size_t i = 0; i < most_queues; ++i) {
    if (messages[i] < place.messages[i]) return false;
  }
  return clock_ms >= place.clock_ms;
}

void reached::extend(const reached& other) noexcept {
  for (std::size_t i = 0; i < most_queues; ++i)
    messages[i] = std::max(messages[i], other.messages[i]);
  clock_ms = std::max(clock_ms, other.clock_ms);
}

void begin_life(start_record& r, bool crashed) noexcept {
  const bool died = r.taking != 0 || r.committing != 0;
  const hash128 marked = died ? r.mark : none;
  r.taking = r.committing = 0;
  r.mark = none;
  if (!died) return;
  if (r.failures++ == 0)
    r.failed_at = r.under_way;
  else
    r.failed_at.extend(r.under_way);
  if (marked == none) return;
  if (crashed || marked == r.suspect) r.condemned = marked;
  r.suspect = marked;
}

progress::progress(start_record& r) noexcept : r_(r) {
  r_.taking = r_.committing = 0;
  r_.mark = none;
}

void progress::judge_begins(const reached& to) noexcept {
  r_.taking = 1;
  r_.under_way = to;
}

bool progress::mark(hash128 input) noexcept {
  r_.taking = 1;
  r_.mark = input;
  return input == r_.condemned && input != none;
}

bool progress::condemn(hash128 subject) noexcept {
  condemning_ = true;
  offender_ = subject;
  return r_.offender == subject;
}

void progress::commit_begins() noexcept {
  ++r_.committing;
  r_.taking = 0;
}

bool progress::committed(const reached& to) noexcept {
  if (r_.committing > 0) --r_.committing;
  if (r_.taking == 0) r_.mark = none;
  if (condemning_) {
    condemning_ = false;
    r_.condemned = none;
    r_.offender = offender_;
  }
  return r_.failures > 0 && to.is_past(r_.failed_at) && forgive();
}

bool progress::caught_up(std::int64_t clock_ms) noexcept {
  return r_.failures > 0 && r_.taking == 0 && r_.committing == 0 &&
         clock_ms >= r_.failed_at.clock_ms && forgive();
}

/// The subject of a condemned input stays known: it may be the same one the next time.
bool progress::forgive() noexcept {
  r_.failures = 0;
  r_.suspect = none;
  r_.failed_at = {};
  return true;
}

}  // namespace beckon::epoch
