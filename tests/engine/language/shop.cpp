#include "tests/engine/language/shop.hpp"

#include <gtest/gtest.h>

namespace beckon::language::testing {
namespace {

using enum value_type;

event_declaration of_user(std::string name, std::vector<field_declaration> fields) {
  fields.push_back({"user_id", text, true});
  return {std::move(name), std::move(fields), {{"user", {"user_id"}}}, false};
}

std::vector<event_declaration> events() {
  std::vector<event_declaration> out{
      of_user("order_placed", {{"order_id", text}, {"amount", real}, {"coupon", text}}),
      of_user("order_paid", {{"order_id", text}, {"amount", real}}),
      of_user("order_cancelled", {{"order_id", text}}),
      of_user("item_view", {{"item_id", text}, {"price", real}, {"tags", list}}),
      of_user("item_click", {{"item_id", text}, {"page", text}}),
      of_user("chat_start", {{"item_id", text}}),
      of_user("page_enter", {{"page", text}}),
      of_user("page_leave", {{"page", text}}),
      of_user("login_fail", {}),
      of_user("login_ok", {}),
      of_user("cart_add", {{"cart_id", text}, {"item_id", text}}),
      of_user("checkout", {{"cart_id", text}}),
      of_user("favorite", {{"item_id", text}}),
      of_user("search", {{"query", text}, {"number_of_hits", integer}}),
      of_user("listing_view", {{"item_id", text}, {"kind", text}}),
      of_user("venue_enter", {{"venue", text}}),
      of_user("message_sent",
              {{"content_hash", text}, {"receiver_id", text}, {"order_id", integer}}),
      of_user("outreach_delivered", {{"delivery_id", text}, {"action", text}, {"rule", text}}),
      of_user("outreach_opened", {{"delivery_id", text}}),
      of_user("Order Completed", {{"total price", real}}),
      of_user("probe", {{"i", integer},
                        {"j", integer},
                        {"r", real},
                        {"s", text},
                        {"b", boolean},
                        {"t", time},
                        {"u", time},
                        {"d", span},
                        {"l", list}}),
  };
  out.push_back({"user_blocked",
                 {{"user_id", text}, {"target_user_id", text}, {"reason", text}},
                 {{"user", {"target_user_id", "user_id"}}},
                 false});
  out.push_back({"item_price_changed",
                 {{"item_id", text}, {"new_price", real}},
                 {{"item", {"item_id"}}},
                 false});
  out.push_back({"heartbeat", {{"user_id", text}, {"load", real}}, {{"user", {"user_id"}}}, true});
  return out;
}

std::vector<entity_declaration> entities() {
  return {{"user",
           "user_id",
           {{"registered_at", time},
            {"last_order_at", time},
            {"muted", boolean},
            {"level", text},
            {"age", integer},
            {"tags", list}}},
          {"item", "item_id", {{"published_at", time}}}};
}

}  // namespace

const environment& shop() {
  static const environment made = [] {
    environment env;
    auto built = catalogue::build(entities(), events());
    EXPECT_TRUE(built.ok()) << (built ? "" : built.error().to_string());
    if (built) env.events = *built;
    named_lists lists;
    lists["venue_pages"] = std::make_shared<const std::unordered_set<std::string>>(
        std::unordered_set<std::string>{"home", "sale", "7"});
    env.lists = std::make_shared<const named_lists>(std::move(lists));
    return env;
  }();
  return made;
}

compiled_file compiled(std::string_view text) {
  return compile(text, "test.rule", shop());
}

std::shared_ptr<const checked_rule> must_compile(std::string_view text) {
  compiled_file file = compiled(text);
  EXPECT_NE(file.rule, nullptr) << listed(file.found) << "in\n" << text;
  return file.rule;
}

value evaluated(std::string_view expression, const field_list& attributes,
                const field_list& profile) {
  const auto rule =
      must_compile("RULE r WHEN probe FIRE EVERY TIME RETURN " + std::string(expression) + " AS v");
  if (!rule) return value("does not compile");
  std::vector<value> captured;
  for (const capture& c : rule->captures) {
    const value* found = find_field(attributes, shop().events->name(c.attribute));
    captured.push_back(found == nullptr ? value() : *found);
  }
  scope s;
  s.captured = captured;
  s.profile = &profile;
  s.now = test_now();
  return rule->returns[0].content.evaluate(s);
}

std::string problems_of(std::string_view expression) {
  return listed(
      compiled("RULE r WHEN probe FIRE EVERY TIME RETURN " + std::string(expression) + " AS v")
          .found);
}

timestamp test_now() {
  return from_ms(1709294400000);
}

std::string listed(const problems& found) {
  std::string out;
  for (const problem& p : found) {
    out += std::to_string(p.line) + ":" + std::to_string(p.column) +
           (p.warning ? " warning " : " ") + p.message + (p.hint.empty() ? "" : " | " + p.hint) +
           "\n";
  }
  return out;
}

}  // namespace beckon::language::testing
