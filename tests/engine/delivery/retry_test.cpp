#include "engine/delivery/retry.hpp"

#include <gtest/gtest.h>

namespace beckon::delivery {
namespace {

using kind = next_step::kind;

constexpr retry_policy no_jitter{4, duration(1000), duration(3000), 0};
const timestamp now = from_ms(10'000);

next_step after(std::uint32_t attempt, answer a, std::optional<duration> retry_after = {}) {
  return after_attempt(no_jitter, {attempt}, a, retry_after, now, 0.5);
}

TEST(after_attempt, delivered_is_the_end_and_keeps_the_reservation) {
  const auto s = after(1, answer::delivered);
  EXPECT_EQ(s.what, kind::delivered);
  EXPECT_FALSE(s.release);
}

TEST(after_attempt, refused_is_the_end_and_releases) {
  const auto s = after(1, answer::refused);
  EXPECT_EQ(s.what, kind::dead);
  EXPECT_EQ(s.reason, "refused");
  EXPECT_TRUE(s.release);
}

TEST(after_attempt, refused_after_an_unknown_end_releases_nothing) {
  const auto s = after_attempt(no_jitter, {2, true}, answer::refused, {}, now, 0.5);
  EXPECT_EQ(s.what, kind::dead);
  EXPECT_FALSE(s.release);
}

TEST(after_attempt, the_back_off_doubles_up_to_the_longest) {
  EXPECT_EQ(after(1, answer::busy).at, from_ms(11'000));
  EXPECT_EQ(after(2, answer::busy).at, from_ms(12'000));
  EXPECT_EQ(after(3, answer::busy).at, from_ms(13'000));
  EXPECT_FALSE(after(1, answer::busy).may_have_taken_effect);
  EXPECT_TRUE(after(1, answer::unknown).may_have_taken_effect);
}

TEST(after_attempt, gives_up_after_the_last_attempt) {
  const auto busy = after(4, answer::busy);
  EXPECT_EQ(busy.what, kind::dead);
  EXPECT_EQ(busy.reason, "attempts");
  EXPECT_TRUE(busy.release);
  EXPECT_FALSE(after(4, answer::unknown).release);
}

TEST(after_attempt, a_longer_retry_after_wins) {
  EXPECT_EQ(after(1, answer::busy, duration(500)).at, from_ms(11'000));
  EXPECT_EQ(after(1, answer::busy, duration(5000)).at, from_ms(15'000));
  EXPECT_EQ(after(1, answer::busy, duration::max()).at, now + longest_retry_after);
  EXPECT_EQ(after(1, answer::busy, duration(-5)).at, from_ms(11'000));
}

TEST(after_attempt, full_jitter_spreads_over_the_whole_back_off) {
  const retry_policy p{4, duration(1000), duration(3000)};
  EXPECT_EQ(after_attempt(p, {1}, answer::busy, {}, now, 0.0).at, from_ms(11'000));
  EXPECT_EQ(after_attempt(p, {1}, answer::busy, {}, now, 0.5).at, from_ms(10'500));
  EXPECT_LE(after_attempt(p, {1}, answer::busy, {}, now, 0.999).at, from_ms(10'001));
  EXPECT_EQ(after_attempt(p, {3}, answer::busy, {}, now, 0.5).at, from_ms(11'500));
}

TEST(after_attempt, jitter_never_shortens_retry_after) {
  const retry_policy p{4, duration(1000), duration(3000)};
  EXPECT_EQ(after_attempt(p, {1}, answer::busy, duration(5000), now, 0.0).at, from_ms(15'000));
  EXPECT_EQ(after_attempt(p, {1}, answer::busy, duration(5000), now, 0.5).at, from_ms(15'500));
  EXPECT_GE(after_attempt(p, {1}, answer::busy, duration(300), now, 0.999).at, from_ms(10'300));
}

TEST(after_attempt, at_most_once_ends_where_nobody_knows) {
  const attempt_state once{1, false, never, ambiguity::at_most_once};
  const auto s = after_attempt(no_jitter, once, answer::unknown, {}, now, 0.5);
  EXPECT_EQ(s.what, kind::dead);
  EXPECT_EQ(s.reason, "ambiguous");
  EXPECT_FALSE(s.release);
  EXPECT_EQ(after_attempt(no_jitter, once, answer::busy, {}, now, 0.5).what, kind::retry);
}

TEST(after_attempt, a_retry_beyond_the_expiry_is_dead_at_once) {
  const auto s = after_attempt(no_jitter, {1, false, from_ms(11'000)}, answer::busy, {}, now, 0.5);
  EXPECT_EQ(s.what, kind::dead);
  EXPECT_EQ(s.reason, "expired");
  EXPECT_TRUE(s.release);
  EXPECT_EQ(after_attempt(no_jitter, {1, false, from_ms(11'001)}, answer::busy, {}, now, 0.5).what,
            kind::retry);
}

TEST(after_attempt, huge_figures_do_not_overflow) {
  const retry_policy p{1'000'000, duration::max() / 4, duration::max() / 4, 0};
  EXPECT_EQ(after_attempt(p, {900'000}, answer::busy, {}, from_ms(1), 0.5).what, kind::retry);
}

TEST(expired, at_its_time_and_later) {
  EXPECT_FALSE(expired({1, false, from_ms(5)}, from_ms(4)));
  EXPECT_TRUE(expired({1, false, from_ms(5)}, from_ms(5)));
  EXPECT_FALSE(expired({1, false, never}, from_ms(5)));
}

}  // namespace
}  // namespace beckon::delivery
