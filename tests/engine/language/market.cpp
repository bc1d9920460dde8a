#include "tests/engine/language/market.hpp"

#include <gtest/gtest.h>

#include "tests/engine/language/shop.hpp"

namespace beckon::language::testing {
namespace {

using namespace std::chrono_literals;
using enum value_type;

event_declaration of_user(std::string name, std::vector<field_declaration> fields) {
  fields.push_back({"user_id", text, true});
  return {std::move(name), std::move(fields), {{"user", {"user_id"}}}, false};
}

std::vector<event_declaration> events() {
  std::vector<event_declaration> out{
      of_user("order_placed", {{"order_id", text}, {"amount", real}, {"item_id", text}}),
      of_user("order_paid", {{"order_id", text}, {"amount", real}, {"pieces", integer}}),
      of_user("refunded", {{"order_id", text}, {"amount", text}}),
      of_user("item_view", {{"item_id", text},
                            {"price", real},
                            {"pieces", integer},
                            {"tags", list},
                            {"urgent", boolean},
                            {"seen_at", time}}),
      of_user("item_click", {{"item_id", text}, {"page", text}}),
      of_user("page_enter", {{"page", text}, {"stay", span}}),
      of_user("chat_start", {{"item_id", text}}),
      of_user("login_fail", {}),
      of_user("login_ok", {}),
      of_user("coupon_granted",
              {{"coupon_id", text}, {"expires_at", time}, {"expires_ms", integer}}),
      of_user("coupon_used", {{"coupon_id", text}}),
      of_user("number_key", {{"order_id", integer}}),
      of_user("outreach_opened", {{"delivery_id", text}}),
      of_user("visit", {{"page", text}}),
      of_user("favorite", {{"item_id", text}}),
      of_user("unfavorite", {{"item_id", text}}),
  };
  out[0].retention = 24h * 30;
  out[13].retention = 24h * 7;
  out[1].retention = 24h * 30;
  out.push_back({"item_price_changed",
                 {{"item_id", text}, {"new_price", real}, {"old_price", real}},
                 {{"item", {"item_id"}}},
                 false});
  out.push_back({"item_swapped",
                 {{"item_id", text}, {"for_item_id", text}},
                 {{"item", {"item_id", "for_item_id"}}},
                 false});
  out.push_back({"order_of_shop",
                 {{"shop_id", text}, {"buyer_id", text}, {"item_id", text}, {"amount", real}},
                 {{"user", {"buyer_id"}}, {"shop", {"shop_id"}}},
                 false});
  out.push_back({"heartbeat", {{"user_id", text}, {"load", real}}, {{"user", {"user_id"}}}, true});
  return out;
}

std::vector<entity_declaration> entities() {
  return {{"user", "user_id", {{"registered_at", time}, {"level", text}, {"wants_at", time}}},
          {"item", "item_id", {{"published_at", time}, {"title", text}, {"price", real}}},
          {"shop", "shop_id", {{"opened_at", time}}}};
}

std::vector<relation_declaration> relations() {
  relation_declaration favourites;
  favourites.name = "favorite";
  favourites.member_kind = "user";
  favourites.member_attribute = "user_id";
  favourites.owner_kind = "item";
  favourites.owner_attribute = "item_id";
  favourites.added_by = {"favorite"};
  favourites.removed_by = {"unfavorite"};
  return {favourites};
}

}  // namespace

const environment& market() {
  static const environment made = [] {
    environment env;
    auto built = catalogue::build(entities(), events(), relations());
    EXPECT_TRUE(built.ok()) << (built ? "" : built.error().to_string());
    if (built) env.events = *built;
    named_lists lists;
    lists["venue_pages"] = std::make_shared<const std::unordered_set<std::string>>(
        std::unordered_set<std::string>{"home", "sale"});
    env.lists = std::make_shared<const named_lists>(std::move(lists));
    env.zone = "Asia/Shanghai";
    return env;
  }();
  return made;
}

compiled_file in_market(std::string_view text) {
  return compile(text, "test.rule", market());
}

std::shared_ptr<const checked_rule> must_trade(std::string_view text) {
  compiled_file file = in_market(text);
  EXPECT_NE(file.rule, nullptr) << listed(file.found) << "in\n" << text;
  return file.rule;
}

attribute_id market_attribute(std::string_view name) {
  const auto found = market().events->attribute(name);
  EXPECT_TRUE(found) << name;
  return found.value_or(attribute_id{});
}

event_type_id market_type(std::string_view name) {
  return *market().events->type(name);
}

const step& step_of(const checked_rule& r, std::size_t position) {
  return std::get<step>(r.clauses.at(position));
}

const wait& wait_of(const checked_rule& r, std::size_t position) {
  return std::get<wait>(r.clauses.at(position));
}

}  // namespace beckon::language::testing
