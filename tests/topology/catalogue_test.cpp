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

constexpr std::string_view market = R"(entities:
  item: {fields: {title: string}}
events:
  favorite:
    fields: {item_id: {type: string, required: true}}
    retention: 90 days
  unfavorite: {fields: {item_id: string}}
  follow: {fields: {author_id: string}}
relations:
)";

TEST(parse_catalogue, reads_relations_and_retention) {
  const outcome o = parse(std::string(market) + R"(
  favorite:
    member: user_id
    owner: item_id
    added_by: favorite
    removed_by: [unfavorite]
    most_per_member: 200
    most_per_owner: 5000
    ttl: 365 days
  follows: {member: user_id, owner: {user: author_id}, added_by: follow}
)");
  ASSERT_THAT(places(o.found), IsEmpty());
  const relation_declaration* r = o.read->relation("favorite");
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->member_kind, "user");
  EXPECT_EQ(r->owner_kind, "item");
  EXPECT_EQ(r->owner_attribute, "item_id");
  EXPECT_THAT(r->added_by, ElementsAre("favorite"));
  EXPECT_THAT(r->removed_by, ElementsAre("unfavorite"));
  EXPECT_EQ(r->most_per_member, 200U);
  EXPECT_EQ(r->most_per_owner, 5000U);
  EXPECT_EQ(r->ttl, std::chrono::hours{24 * 365});
  const relation_declaration* follows = o.read->relation("follows");
  ASSERT_NE(follows, nullptr);
  EXPECT_EQ(follows->owner_kind, "user");
  EXPECT_EQ(follows->owner_attribute, "author_id");
  EXPECT_EQ(follows->most_per_member, 1000U);
  EXPECT_EQ(follows->ttl, std::nullopt);
  EXPECT_EQ(o.read->declaration(*o.read->type("favorite")).retention, std::chrono::hours{24 * 90});
}

TEST(parse_catalogue, reports_every_wrong_relation_at_its_place) {
  const outcome o = parse(std::string(market) + R"(  a: {owner: item_id, added_by: favorite}
  b: {member: user_idd, owner: item_id, added_by: favorite}
  c: {member: user_id, owner: item_id, added_by: favourite}
  d: {member: user_id, owner: item_id, added_by: follow}
  e: {member: user_id, owner: {shop: shop_id}, added_by: follow}
  f: {member: user_id, owner: item_id, added_by: favorite, most: 3}
  g: {member: user_id, owner: item_id, added_by: favorite}
)");
  EXPECT_THAT(places(o.found),
              ElementsAre(HasSubstr("10:6 relation 'a' lacks 'member'"),
                          HasSubstr("11:15 'member' must be the id attribute of an entity"),
                          HasSubstr("12:3 'c': 'favourite' is no declared event"),
                          HasSubstr("13:3 'd': event 'follow' has no field 'item_id'"),
                          HasSubstr("14:3 'e': 'shop' is no declared entity"),
                          HasSubstr("15:60 relation 'f' has no key 'most'")));
  EXPECT_THAT(o.found[1].hint, HasSubstr("user_id"));
  EXPECT_NE(o.read->relation("g"), nullptr);
  EXPECT_EQ(o.read->relation("c"), nullptr);
}

TEST(parse_catalogue, wants_events) {
  EXPECT_THAT(places(parse("entities: {}\n").found),
              ElementsAre(HasSubstr("catalogue.yaml lacks 'events'")));
  EXPECT_THAT(places(parse("events: [a, b]\n").found),
              ElementsAre(HasSubstr("'events' must be a map")));
}

}  // namespace
}  // namespace beckon::topology
