#include "tests/engine/cep/market.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace beckon::cep::testing {
namespace {

event_declaration of_both(std::string name) {
  return {std::move(name),
          {{"user_id", value_type::text}, {"item_id", value_type::text}},
          {{"user", {"user_id"}}, {"item", {"item_id"}}}};
}

}  // namespace

std::shared_ptr<const catalogue> market_catalogue() {
  static const std::shared_ptr<const catalogue> made = [] {
    relation_declaration fav{"fav", "user", "user_id", "item", "item_id", {"fav"}, {"unfav"}};
    fav.most_per_member = 2;
    fav.ttl = std::chrono::seconds{1000};
    const event_declaration price{"price",
                                  {{"item_id", value_type::text}, {"p", value_type::integer}},
                                  {{"item", {"item_id"}}}};
    auto built = catalogue::build(
        {{"item", "item_id", {{"title", value_type::text}, {"cost", value_type::integer}}}},
        {price, of_both("fav"), of_both("unfav"), of_both("view")}, {fav});
    EXPECT_TRUE(built.ok());
    return built.ok() ? *built : nullptr;
  }();
  return made;
}

std::shared_ptr<const rule_set> market_rules(const std::vector<std::string>& texts) {
  std::vector<language::rule_text> files;
  for (const std::string& text : texts) files.push_back({text, "test.rule"});
  const auto set = language::compile_set(files, {market_catalogue(), nullptr, "UTC"});
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (const language::compiled_file& f : set.files) {
    for (const problem& p : f.found) {
      if (!p.warning) ADD_FAILURE() << p.to_string();
    }
    if (f.rule) rules.push_back(f.rule);
  }
  return rule_set::build(set.events, std::move(rules));
}

event market_event(const catalogue& events, std::string_view type, double seconds,
                   std::vector<std::pair<std::string, value>> attributes) {
  static int serial = 0;
  event e;
  e.type = *events.type(type);
  e.time = e.arrival = from_ms(static_cast<std::int64_t>(seconds * 1000));
  e.id = "m" + std::to_string(++serial);
  e.source = "test";
  for (auto& [name, content] : attributes) {
    if (events.row_of(e.type) != nullptr) {
      e.extra.push_back({name, std::move(content)});
    } else {
      e.attributes.push_back({*events.attribute(name), std::move(content)});
    }
  }
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& a, const attribute& b) { return a.name < b.name; });
  return e;
}

std::string shown(const std::vector<firing>& firings) {
  std::string out;
  for (const firing& f : firings) {
    out += (out.empty() ? "" : " ") + f.what.rule->name + ":" + f.who.id + "@" +
           std::to_string(to_ms(f.what.time) / 1000);
    if (f.what.why != withheld::no) out += "!";
  }
  return out;
}

}  // namespace beckon::cep::testing
