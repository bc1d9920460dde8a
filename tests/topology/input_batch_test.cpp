// What a batch gives back of an input: everything, whatever its room held before.
#include "topology/backtest/input_batch.hpp"

#include <gtest/gtest.h>

#include "tests/support/same_event.hpp"

namespace beckon::topology {
namespace {

event full_event() {
  event e;
  e.type = event_type_id{3};
  e.time = from_ms(1000);
  e.arrival = from_ms(1500);
  e.id = "an id that is longer than a short string";
  e.client_id = true;
  e.source = "shop";
  e.attributes = {{attribute_id{1}, value("text")},
                  {attribute_id{2}, value(-7)},
                  {attribute_id{40'000}, value(2.5)},
                  {attribute_id{40'001}, value(value_list{value(true), value("x")})}};
  e.extra = {{"cleared", value()}, {"note", value(from_ms(-5))}};
  return e;
}

TEST(input_batch, gives_back_what_was_added_in_any_order) {
  const event full = full_event();
  const event empty;
  const std::vector<concerned_subject> subjects = {{{"user", "ann"}, {"from", "to"}},
                                                   {{"seller", "bob"}, {}}};
  input_batch batch;
  batch.add(full, subjects, key_of(subjects.front().who), from_ms(900));
  batch.add(empty, {}, {}, from_ms(1000));
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch[0].first, key_of("user", "ann"));
  EXPECT_EQ(batch[0].clock, from_ms(900));
  EXPECT_EQ(batch[0].type, full.type);
  EXPECT_EQ(batch[0].subjects, 2U);
  EXPECT_EQ(batch[1].subjects, 0U);

  lane_input got;
  for (const std::size_t i : {0U, 1U, 0U}) {
    batch.fetch(i);
    batch.read(i, got);
    tests::expect_same(got.what, i == 0 ? full : empty);
    EXPECT_EQ(got.subjects, i == 0 ? subjects : std::vector<concerned_subject>{});
  }
}

TEST(input_batch, holds_nothing_of_before_when_cleared) {
  input_batch batch;
  batch.add(full_event(), {}, {}, beginning);
  EXPECT_GT(batch.bytes(), 0U);
  batch.clear();
  EXPECT_EQ(batch.size(), 0U);
  EXPECT_EQ(batch.bytes(), 0U);
  batch.add({}, {}, {}, beginning);
  lane_input got;
  batch.read(0, got);
  tests::expect_same(got.what, {});
}

}  // namespace
}  // namespace beckon::topology
