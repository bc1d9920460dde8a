#include "tests/bench/rule_workload.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

namespace beckon::bench {
namespace {

constexpr int named_types = 20;
constexpr int all_types = 100;
constexpr std::int64_t first_ms = 1'700'000'000'000;

std::string rule_text(std::uint64_t i) {
  const std::string name = "RULE r" + std::to_string(i) + " ";
  const std::string first = "t" + std::to_string(i % named_types);
  const std::string second = "t" + std::to_string((i + 1) % named_types);
  const std::string where = " WHERE page = 'p" + std::to_string(i) + "' ";
  const std::string tail = " FIRE ONCE PER 1 min RETURN o.item_id AS item_id";
  switch (i % 4) {
    case 0:
      return name + "WHEN " + first + " AS o" + where + "AND amount > 5" + tail;
    case 1:
      return name + "WHEN " + first + " AS o" + where + "BUT NOT " + second + " FOR 10 min" + tail;
    case 2:
      return name + "WHEN " + first + " AS o" + where + "THEN " + second +
             " WITHIN 5 min UNLESS t0 WHERE amount < 1" + tail;
    default:
      return name + "WHEN " + first + " AS o AT LEAST 3 DIFFERENT item_id" + where +
             "WITHIN 5 min" + tail;
  }
}

}  // namespace

std::shared_ptr<const catalogue> rule_events() {
  static const auto made = [] {
    std::vector<event_declaration> types;
    for (int i = 0; i < all_types; ++i) {
      event_declaration d;
      d.name = "t" + std::to_string(i);
      d.fields = {{"user_id", value_type::text},
                  {"item_id", value_type::integer},
                  {"page", value_type::text},
                  {"amount", value_type::real}};
      d.subjects = {{"user", {"user_id"}}};
      types.push_back(std::move(d));
    }
    auto built = catalogue::build({}, std::move(types));
    return built.ok() ? *built : nullptr;
  }();
  return made;
}

std::shared_ptr<const language::checked_rule> compiled(const std::string& text) {
  const auto file = language::compile(text, "bench.rule", {rule_events(), nullptr, "UTC"});
  if (file.rule != nullptr) return file.rule;
  for (const problem& p : file.found) std::fprintf(stderr, "%s\n", p.to_string().c_str());
  std::abort();
}

std::shared_ptr<const cep::rule_set> rules_of(std::uint64_t count) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (std::uint64_t i = 0; i < count; ++i) rules.push_back(compiled(rule_text(i)));
  return cep::rule_set::build(rule_events(), std::move(rules));
}

std::vector<incoming> stream_of(std::uint64_t rules, std::uint64_t per_mille, std::size_t length,
                                std::uint32_t users, std::uint64_t per_ms) {
  std::mt19937_64 random(1);
  std::vector<incoming> stream(length);
  const auto& names = *rule_events();
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const bool interesting = random() % 1000 < per_mille;
    const auto rule = random() % rules;
    const bool other_type = !interesting && random() % 2 == 0;
    const auto type =
        other_type ? named_types + random() % (all_types - named_types) : rule % named_types;
    event& e = stream[i].content;
    e.type = *names.type("t" + std::to_string(type));
    e.time = e.arrival = from_ms(first_ms + static_cast<std::int64_t>(i / per_ms));
    e.id = "0123456789abcdef" + std::to_string(i);
    e.source = "app";
    e.attributes = {{*names.attribute("user_id"), "u"},
                    {*names.attribute("item_id"), static_cast<std::int64_t>(random() % 50)},
                    {*names.attribute("page"),
                     interesting ? "p" + std::to_string(rule) : std::string("elsewhere")},
                    {*names.attribute("amount"), static_cast<double>(random() % 10)}};
    std::sort(e.attributes.begin(), e.attributes.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    stream[i].user = static_cast<std::uint32_t>(random() % users);
  }
  return stream;
}

}  // namespace beckon::bench
