#include "messages/port/health.hpp"

#include <gtest/gtest.h>

namespace beckon::port {
namespace {

TEST(health_board, is_ready_when_every_check_is_and_there_is_one) {
  health_board board;
  EXPECT_FALSE(board.ready());
  board.set("a", true);
  EXPECT_TRUE(board.ready());
  board.set("b", false, "not yet");
  EXPECT_FALSE(board.ready());
  const auto checks = board.checks();
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[1].name, "b");
  EXPECT_EQ(checks[1].detail, "not yet");
}

TEST(health_board, counts_how_often_it_stops_being_ready) {
  counter unready;
  health_board board(&unready);
  board.set("a", false);
  board.set("b", true);
  EXPECT_EQ(unready.value(), 0u) << "it was not ready yet";
  board.set("a", true);
  board.set("a", false);
  board.set("b", false);
  board.set("a", false, "for another reason");
  EXPECT_EQ(unready.value(), 1u);
  board.set("a", true);
  board.set("b", true);
  board.set("b", false);
  EXPECT_EQ(unready.value(), 2u);
}

}  // namespace
}  // namespace beckon::port
