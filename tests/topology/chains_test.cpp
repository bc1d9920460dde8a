#include "topology/validate/chains.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/yaml/yaml.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct outcome {
  std::vector<chain_part> chains;
  problems found;
};

outcome expand(const std::string& text) {
  outcome o;
  const settings root = adapters::load_yaml(text, "filters.yaml", o.found);
  o.chains = expand_chains(parse_chains(root, o.found), {"f", "g", "h"}, o.found);
  return o;
}

TEST(expand_chains, puts_included_filters_in_their_place) {
  const outcome o = expand("- {id: a, filters: [f, chain:b, h]}\n- {id: b, filters: [g]}\n");
  EXPECT_THAT(o.found, IsEmpty());
  EXPECT_THAT(o.chains[0].filters, ElementsAre("f", "g", "h"));
  EXPECT_THAT(o.chains[1].filters, ElementsAre("g"));
}

TEST(expand_chains, asks_a_filter_once) {
  const outcome o =
      expand("- {id: a, filters: [f, chain:b, chain:b]}\n- {id: b, filters: [g, f]}\n");
  EXPECT_THAT(o.found, IsEmpty());
  EXPECT_THAT(o.chains[0].filters, ElementsAre("f", "g"));
}

TEST(expand_chains, reports_a_cycle_once_with_its_way) {
  const outcome o = expand(
      "- {id: x, filters: [chain:b]}\n- {id: a, filters: [f, chain:b]}\n- {id: b, filters: "
      "[chain:a]}\n");
  ASSERT_EQ(o.found.size(), 1U);
  EXPECT_THAT(o.found[0].message, HasSubstr("cycle: b -> a -> b"));
  EXPECT_EQ(o.found[0].line, 2);
  EXPECT_EQ(o.found[0].column, 24);
}

TEST(expand_chains, reports_a_chain_that_includes_itself) {
  const outcome o = expand("- {id: a, filters: [chain:a]}\n");
  ASSERT_EQ(o.found.size(), 1U);
  EXPECT_THAT(o.found[0].message, HasSubstr("cycle: a -> a"));
}

TEST(expand_chains, reports_what_does_not_exist_or_stands_twice) {
  const outcome o = expand("- {id: all, filters: [chain:al, ff, g, g]}\n");
  ASSERT_EQ(o.found.size(), 3U);
  EXPECT_THAT(o.found[0].to_string(), HasSubstr("1:23: error: there is no chain 'al'"));
  EXPECT_THAT(o.found[1].to_string(), HasSubstr("there is no filter 'ff'"));
  EXPECT_THAT(o.found[2].to_string(), HasSubstr("filter 'g' is in this chain already"));
  EXPECT_THAT(o.chains[0].filters, ElementsAre("g"));
}

TEST(expand_chains, is_cheap_whatever_includes_what) {
  std::string text = "- {id: c0, filters: [f, g]}\n";
  for (int i = 1; i < 200; ++i) {
    const std::string before = "chain:c" + std::to_string(i - 1);
    text += "- {id: c" + std::to_string(i) + ", filters: [" + before + ", " + before + "]}\n";
  }
  const outcome o = expand(text);
  EXPECT_THAT(o.found, IsEmpty());
  EXPECT_THAT(o.chains.back().filters, ElementsAre("f", "g"));
}

}  // namespace
}  // namespace beckon::topology
