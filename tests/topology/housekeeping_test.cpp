// How long what is committed stays in its queue.
#include "topology/node/housekeeping.hpp"

#include <gtest/gtest.h>

namespace beckon::topology {
namespace {

constexpr duration keep{60'000};

timestamp after(std::int64_t seconds) {
  return from_ms(1'700'000'000'000 + seconds * 1000);
}

TEST(kept_queue, keeps_what_was_committed_lately) {
  kept_queue q;
  EXPECT_EQ(q.committed(10, after(0), keep), 0u);
  EXPECT_EQ(q.committed(20, after(30), keep), 0u);
  EXPECT_EQ(q.committed(30, after(60), keep), 10u);
  EXPECT_EQ(q.committed(30, after(89), keep), 10u);
  EXPECT_EQ(q.committed(40, after(200), keep), 30u) << "the last commit is never older than itself";
}

TEST(kept_queue, takes_nothing_back) {
  kept_queue q;
  EXPECT_EQ(q.committed(50, after(0), keep), 0u);
  EXPECT_EQ(q.committed(50, after(60), keep), 50u);
  EXPECT_EQ(q.committed(5, after(61), keep), 50u) << "the stream was made anew";
}

}  // namespace
}  // namespace beckon::topology
