#include "tests/engine/cep/support.hpp"

#include <algorithm>

namespace beckon::cep::testing {
namespace {

event_declaration type(std::string name, bool with_key = true) {
  event_declaration d;
  d.name = std::move(name);
  d.fields = {{"user_id", value_type::text}, {"item_id", value_type::text}, {"s", value_type::text},
              {"v", value_type::integer},    {"x", value_type::integer},    {"m", value_type::real},
              {"t", value_type::time},       {"l", value_type::list}};
  if (with_key) d.fields.push_back({"k", value_type::text});
  d.subjects = {{"user", {"user_id"}}, {"item", {"item_id"}}};
  return d;
}

event_declaration blocked() {
  event_declaration d;
  d.name = "user_blocked";
  d.fields = {{"user_id", value_type::text}, {"target_user_id", value_type::text}};
  d.subjects = {{"user", {"user_id", "target_user_id"}}};
  return d;
}

std::vector<event_declaration> declared_events() {
  std::vector<event_declaration> events = {
      type("a"),        type("b"),  type("c"), type("d"),   blocked(),
      type("e", false), type("bg"), type("r"), type("der"), type("outreach_opened")};
  for (event_declaration& d : events) {
    d.background = d.name == "bg";
    d.derived = d.name == "der";
    if (d.name == "r") d.retention = std::chrono::seconds{6};
  }
  return events;
}

}  // namespace

std::shared_ptr<const catalogue> small_catalogue() {
  static const std::shared_ptr<const catalogue> made = [] {
    const entity_declaration user{
        "user", "user_id", {{"muted", value_type::boolean}, {"level", value_type::integer}}};
    const entity_declaration item{"item", "item_id", {{"price", value_type::integer}}};
    const relation_declaration likes{"likes", "user", "user_id", "item", "item_id", {"d"}, {}};
    auto built = catalogue::build({user, item}, declared_events(), {likes});
    return built.ok() ? *built : nullptr;
  }();
  return made;
}

std::shared_ptr<const language::checked_rule> compiled(std::string_view rule_text) {
  const language::compiled_file file =
      language::compile(rule_text, "test.rule", {small_catalogue(), nullptr, "UTC"});
  if (file.rule == nullptr) {
    for (const problem& p : file.found) ADD_FAILURE() << p.to_string();
  }
  return file.rule;
}

std::shared_ptr<const rule_set> set_of(std::initializer_list<std::string_view> rule_texts) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (const std::string_view text : rule_texts) {
    if (auto rule = compiled(text)) rules.push_back(std::move(rule));
  }
  return rule_set::build(small_catalogue(), std::move(rules));
}

void expect_passes(std::string_view rule_file) {
  const language::compiled_file file =
      language::compile(rule_file, "test.rule", {small_catalogue(), nullptr, "UTC"});
  for (const problem& p : file.found) {
    if (file.rule == nullptr) ADD_FAILURE() << p.to_string();
  }
  const auto outcomes = run_tests(file, small_catalogue(), "UTC");
  EXPECT_FALSE(outcomes.empty());
  for (const test_outcome& o : outcomes)
    EXPECT_TRUE(o.passed) << o.title << "\n" << o.explanation << rule_file;
}

event made_event(std::string_view type_name, double seconds,
                 std::vector<std::pair<std::string, value>> attributes, std::string id) {
  static int serial = 0;
  event e;
  e.type = *small_catalogue()->type(type_name);
  e.time = e.arrival = from_ms(static_cast<std::int64_t>(seconds * 1000));
  e.id = id.empty() ? "e" + std::to_string(++serial) : std::move(id);
  e.client_id = true;
  e.source = "test";
  for (auto& [name, content] : attributes)
    e.attributes.push_back({*small_catalogue()->attribute(name), std::move(content)});
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& a, const attribute& b) { return a.name < b.name; });
  return e;
}

one_subject::one_subject(std::shared_ptr<const rule_set> set, std::string id, std::string kind)
    : who{std::move(kind), std::move(id)}, rules(std::move(set)) {}

judging one_subject::now() {
  return {*rules, who, &profile, "UTC", matches, nullptr, &overflow};
}

void one_subject::feed(const event& e, std::int64_t clock_before) {
  judge(now(), state, e, {who.kind + "_id"}, at_second(clock_before));
}

void one_subject::settle(std::int64_t seconds) {
  cep::settle(now(), state, at_second(seconds));
}

void one_subject::store_and_load(std::shared_ptr<const rule_set> under) {
  if (under != nullptr) rules = std::move(under);
  result<subject_state> loaded = subject_state::decode(state.encode(), *rules);
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  state = std::move(*loaded);
}

std::string one_subject::fired() {
  std::string out;
  for (const match& m : matches) {
    out += (out.empty() ? "" : " ") + m.rule->name + "@" + std::to_string(to_ms(m.time) / 1000);
    if (m.why == withheld::condition) out += "!condition";
    if (m.why == withheld::fire_limit) out += "!fire_limit";
    if (m.why == withheld::inactive) out += "!inactive";
  }
  matches.clear();
  return out;
}

}  // namespace beckon::cep::testing
