#include "engine/epoch/read_ahead.hpp"

#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

/// Messages of one size come and are taken until the window no longer moves.
std::uint32_t window_after(read_ahead& a, std::uint64_t bytes, int messages = 1'000) {
  a.grant();
  for (int i = 0; i < messages && a.ahead() > 0; ++i) {
    a.arrived(bytes);
    a.taken();
    a.grant();
  }
  return a.ahead();
}

TEST(read_ahead, begins_with_what_a_guess_allows) {
  read_ahead a(1'000, 1 << 20);
  EXPECT_EQ(a.grant(), 32u);
  EXPECT_EQ(a.ahead(), 32u);
}

TEST(read_ahead, is_bounded_by_messages_when_they_are_small) {
  read_ahead a(1'000, 16 << 20);
  EXPECT_EQ(window_after(a, 200), 1'000u);
}

TEST(read_ahead, is_bounded_by_bytes_when_they_are_large) {
  read_ahead a(1'000, 16 << 20);
  EXPECT_EQ(window_after(a, 128 << 10), 128u);
  EXPECT_EQ(a.grant(), 0u) << "everything that may be ahead is";
}

TEST(read_ahead, never_stops_for_a_message_beyond_the_budget) {
  read_ahead a(1'000, 1'000);
  EXPECT_EQ(window_after(a, 1 << 20), 1u);
}

TEST(read_ahead, shrinks_at_once_and_grows_slowly) {
  read_ahead a(1'000, 1 << 20);
  EXPECT_EQ(window_after(a, 1'024), 1'000u);
  a.arrived(64 << 10);
  a.taken();
  EXPECT_EQ(a.grant(), 0u) << "999 are ahead, 16 would be allowed";
  EXPECT_EQ(a.ahead(), 999u);
  for (int i = 0; i < 999; ++i) a.taken();
  EXPECT_EQ(a.grant(), 16u);
  a.arrived(1'024);
  a.taken();
  EXPECT_EQ(a.grant(), 2u) << "a sixteenth less is expected now";
}

}  // namespace
}  // namespace beckon::epoch
