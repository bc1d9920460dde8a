#include "topology/parse/lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::topology {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(parse_list, takes_one_id_per_line) {
  problems found;
  const auto ids = parse_list("# staff\n\n a \r\nb\nb\nlast", "lists/x.txt", found);
  EXPECT_THAT(*ids, UnorderedElementsAre("a", "b", "last"));
  EXPECT_THAT(found, IsEmpty());
}

TEST(parse_list, reports_control_characters_at_their_line) {
  problems found;
  const auto ids = parse_list("a\nb\x01\nc\n", "lists/x.txt", found);
  EXPECT_THAT(*ids, UnorderedElementsAre("a", "c"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].line, 2);
}

}  // namespace
}  // namespace beckon::topology
