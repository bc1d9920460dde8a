// Random rules over random inputs: the matcher against the oracle, with many ties, late events,
// keys, clock advances and states stored and loaded at random places.
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/engine/cep/random_compare.hpp"

namespace beckon::cep::testing {
namespace {

constexpr std::uint64_t shards = 4;

std::uint64_t worlds_asked() {
  const char* asked = std::getenv("BECKON_RANDOM_WORLDS");
  return asked == nullptr ? 100000 : std::strtoull(asked, nullptr, 10);
}

class random_rules : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(random_rules, agree_with_the_oracle) {
  const std::uint64_t worlds = worlds_asked() / shards;
  const char* first = std::getenv("BECKON_RANDOM_FIRST");
  const std::uint64_t begin = first == nullptr ? 0 : std::strtoull(first, nullptr, 10);
  tally t;
  for (std::uint64_t i = 0; i < worlds; ++i) {
    const random_world w(begin + i * shards + GetParam());
    if (disagreement(w, &t).empty()) continue;
    const random_world small = shrunk(w);
    FAIL() << describe(w) << "\nsmaller: " << describe(small) << disagreement(small);
  }
  std::printf(
      "worlds %d, rules %d, refused %d, matches %d (%d by deadline, %d withheld), silent rules %d, "
      "overflowed %d\n",
      t.compared, t.compiled, t.refused, t.firings, t.deadlines, t.withheld, t.silent,
      t.overflowed);
  if (worlds < 1000) return;
  EXPECT_GT(t.compiled * 10, (t.compiled + t.refused) * 7);
  EXPECT_GT(static_cast<std::uint64_t>(t.firings), worlds / 2);
  EXPECT_GT(static_cast<std::uint64_t>(t.deadlines), worlds / 20);
}

INSTANTIATE_TEST_SUITE_P(shard, random_rules, ::testing::Range<std::uint64_t>(0, shards));

}  // namespace
}  // namespace beckon::cep::testing
