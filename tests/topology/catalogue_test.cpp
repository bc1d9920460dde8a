#include "topology/parse/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/yaml/yaml.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct outcome {
  std::shared_ptr<const catalogue> read;
  problems found;
};

outcome parse(const std::string& text) {
  outcome o;
  const settings root = adapters::load_yaml(text, "catalogue.yaml", o.found);
  o.read = parse_catalogue(root, o.found);
  return o;
}

std::vector<std::string> places(const problems& found) {
  std::vector<std::string> out;
  for (const problem& p : found) {
    out.push_back(std::to_string(p.line) + ":" + std::to_string(p.column) + " " + p.message);
  }
  return out;
}

TEST(parse_catalogue, reads_entities_and_events) {
  const outcome o = parse(R"(
entities:
  user:
    fields: {vip: bool, registered_at: time}
events:
  order_placed:
    fields: {order_id: {type: string, required: true}, amount: double}
  user_blocked:
    fields: {target_user_id: string, user_id: string}
    subjects: {user: [target_user_id, user_id]}
  heartbeat: {background: true}
)");
  ASSERT_THAT(places(o.found), IsEmpty());
  const auto order = o.read->type("order_placed");
  ASSERT_TRUE(order);
  EXPECT_EQ(o.read->attribute_type_in(*order, *o.read->attribute("amount")), value_type::real);
  EXPECT_TRUE(o.read->declaration(*order).fields[0].required);
  EXPECT_THAT(o.read->declaration(*o.read->type("user_blocked")).subjects[0].second,
              ElementsAre("target_user_id", "user_id"));
  EXPECT_TRUE(o.read->declaration(*o.read->type("heartbeat")).background);
  ASSERT_NE(o.read->entity("user"), nullptr);
  EXPECT_EQ(o.read->entity("user")->id_attribute, "user_id");
}

TEST(parse_catalogue, names_the_user_by_user_id_unless_told) {
  const outcome o = parse("events:\n  page_enter:\n");
  ASSERT_THAT(places(o.found), IsEmpty());
  const event_declaration& e = o.read->declaration(*o.read->type("page_enter"));
  ASSERT_EQ(e.fields.size(), 1U);
  EXPECT_EQ(e.fields[0].name, "user_id");
  EXPECT_TRUE(e.fields[0].required);
}

TEST(parse_catalogue, reports_every_wrong_event_and_keeps_the_others) {
  const outcome o = parse(R"(events:
  a: {fields: {x: strng}}
  b: {subjects: {shop: shop_id}}
  c: {subjects: {user: buyer_id}}
  d: {fields: {time: time}}
  e: {feilds: {}}
  good: {fields: {x: string}}
)");
  EXPECT_THAT(
      places(o.found),
      ElementsAre(HasSubstr("2:19 field 'x' has the unknown type 'strng'"),
                  HasSubstr("3:3 'b': subject 'shop' is no declared entity"),
                  HasSubstr("4:3 'c': subject attribute 'buyer_id' is no field of this event"),
                  HasSubstr("5:3 'd': field 'time' is something every event has"),
                  HasSubstr("6:7 event 'e' has no key 'feilds'")));
  EXPECT_THAT(o.found[0].hint, HasSubstr("string"));
  EXPECT_THAT(o.found[4].hint, HasSubstr("fields"));
  EXPECT_TRUE(o.read->type("good"));
  EXPECT_FALSE(o.read->type("b"));
}

TEST(parse_catalogue, wants_events) {
  EXPECT_THAT(places(parse("entities: {}\n").found),
              ElementsAre(HasSubstr("catalogue.yaml lacks 'events'")));
  EXPECT_THAT(places(parse("events: [a, b]\n").found),
              ElementsAre(HasSubstr("'events' must be a map")));
}

}  // namespace
}  // namespace beckon::topology
