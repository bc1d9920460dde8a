// DATA/rules.json: what a node remembers of the texts of its rules, and what it makes of changes.
#include "topology/rule_versions.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr timestamp start = from_ms(1'700'000'000'000);
constexpr duration hour = std::chrono::hours(1);

std::shared_ptr<const catalogue> events(const std::vector<std::string>& names) {
  std::vector<event_declaration> all;
  for (const std::string& name : names) {
    event_declaration& e = all.emplace_back();
    e.name = name;
    e.fields = {{"user_id", value_type::text}};
    e.subjects = {{"user", {"user_id"}}};
  }
  return *catalogue::build({}, all);
}

/// A node that is started again and again with other texts.
class node_with_rules {
 public:
  node_with_rules() { d.data = data.path().string(); }

  noted_versions start_with(const std::vector<std::string>& texts, timestamp now) {
    std::vector<std::shared_ptr<const language::checked_rule>> rules;
    for (const std::string& text : texts) {
      auto file = language::compile(text, "test.rule", names);
      EXPECT_NE(file.rule, nullptr) << text;
      if (file.rule) rules.push_back(file.rule);
    }
    const auto set = cep::rule_set::build(names.events, rules, known);
    versions.clear();
    for (const auto& r : set->rules()) versions.push_back(r->version);
    auto noted = recall_rule_versions(d, *set, names, now);
    EXPECT_TRUE(noted.ok());
    return noted.ok() ? *std::move(noted) : noted_versions();
  }

  const tests::temporary_directory data;
  deployment d;
  language::environment names{events({"a", "b", "c"}), nullptr, "UTC"};
  cep::known_past known;
  std::vector<std::string> versions;  ///< of the rules of the last start, by name
};

std::string after(int seconds) {
  return "RULE r WHEN a BUT NOT b FOR " + std::to_string(seconds) + " s FIRE ONCE";
}

/// "version fate", an asterisk where the text is at hand.
std::vector<std::string> former_of(const noted_versions& n) {
  std::vector<std::string> all;
  for (const cep::former_version& f : n.former)
    all.push_back(f.version + " " + std::string(to_string(f.what)) + (f.text ? "*" : ""));
  return all;
}

TEST(rule_versions, of_a_first_start_and_of_the_same_texts_again_say_nothing) {
  node_with_rules n;
  for (int i = 0; i < 3; ++i) {
    const noted_versions noted = n.start_with({after(10)}, start + i * hour);
    EXPECT_THAT(noted.changes, IsEmpty());
    EXPECT_THAT(noted.former, IsEmpty());
    EXPECT_EQ(noted.histories.rules.at("r").since, start);
  }
}

TEST(rule_versions, of_a_changed_text_have_the_fate_that_is_configured) {
  for (const cep::fate what : {cep::fate::keep, cep::fate::reset, cep::fate::drain}) {
    node_with_rules n;
    n.d.rules.on_change = cep::fate::reset;
    n.d.rules.on_change_of["r"] = what;
    (void)n.start_with({after(10)}, start);
    const std::string old = n.versions[0];
    const noted_versions noted = n.start_with({after(20)}, start + hour);
    ASSERT_EQ(noted.changes.size(), 1U);
    EXPECT_EQ(noted.changes[0].rule, "r");
    EXPECT_EQ(noted.changes[0].from, old);
    EXPECT_EQ(noted.changes[0].to, n.versions[0]);
    EXPECT_EQ(noted.changes[0].what, what);
    const bool drains = what == cep::fate::drain;
    EXPECT_THAT(former_of(noted),
                ElementsAre(old + " " + std::string(to_string(what)) + (drains ? "*" : "")));
    EXPECT_THAT(n.start_with({after(20)}, start + hour).changes, IsEmpty()) << "said once";
  }
}

TEST(rule_versions, are_forgotten_once_a_node_has_started_behind_their_time) {
  node_with_rules n;
  n.d.rules.on_change = cep::fate::drain;
  n.d.sources.resize(2);
  n.d.sources[1].out_of_order = duration{7'000};
  (void)n.start_with({after(10)}, start);
  const noted_versions changed = n.start_with({after(20)}, start + hour);
  const old_text& old = changed.histories.rules.at("r").former.at(0);
  EXPECT_EQ(old.replaced, start + hour);
  const duration lag = n.d.limits.max_future_skew + n.d.limits.late_limit + n.d.absence_grace;
  EXPECT_EQ(old.until, start + hour + duration{10'000 + 7'000} + lag);
  EXPECT_EQ(n.start_with({after(20)}, old.until - duration{1}).former.size(), 1U);
  EXPECT_EQ(n.start_with({after(20)}, old.until).former.size(), 1U)
      << "deadlines from before this start are still to be handled";
  const noted_versions later = n.start_with({after(20)}, old.until + hour);
  EXPECT_THAT(later.former, IsEmpty());
  EXPECT_THAT(later.histories.rules.at("r").former, IsEmpty());
}

TEST(rule_versions, of_recorded_time_stay_until_the_fifth_comes) {
  node_with_rules n;
  n.d.clock = clock_mode::event;
  n.d.rules.on_change = cep::fate::drain;
  std::vector<std::string> old;
  for (int i = 0; i < 5; ++i) {
    const noted_versions noted = n.start_with({after(10 + i)}, start + i * 10'000 * hour);
    EXPECT_THAT(noted.troubles, IsEmpty());
    EXPECT_EQ(noted.former.size(), static_cast<std::size_t>(i));
    old.push_back(n.versions[0]);
  }
  const noted_versions noted = n.start_with({after(99)}, start + 90'000 * hour);
  EXPECT_THAT(former_of(noted),
              ElementsAre(old[0] + " reset", old[1] + " drain*", old[2] + " drain*",
                          old[3] + " drain*", old[4] + " drain*"));
  ASSERT_EQ(noted.troubles.size(), 1U);
  EXPECT_EQ(noted.troubles[0].version, old[0]);
  EXPECT_THAT(noted.troubles[0].why, HasSubstr("no more than 4"));
  EXPECT_EQ(noted.histories.rules.at("r").former[0].text, "");
}

TEST(rule_versions, that_were_kept_share_the_fate_of_the_one_that_kept_them) {
  for (const cep::fate what : {cep::fate::reset, cep::fate::drain}) {
    node_with_rules n;
    (void)n.start_with({after(10)}, start);
    const std::string first = n.versions[0];
    (void)n.start_with({after(20)}, start + hour);
    const std::string second = n.versions[0];
    n.d.rules.on_change = what;
    const std::string fate = what == cep::fate::drain ? " drain*" : " reset";
    EXPECT_THAT(former_of(n.start_with({after(30)}, start + 2 * hour)),
                ElementsAre(first + fate, second + fate));
  }
}

TEST(rule_versions, that_come_back_and_go_again_are_named_once) {
  node_with_rules n;
  n.d.rules.on_change = cep::fate::drain;
  (void)n.start_with({after(10)}, start);
  const std::string first = n.versions[0];
  (void)n.start_with({after(20)}, start + hour);
  const std::string second = n.versions[0];
  EXPECT_THAT(former_of(n.start_with({after(10)}, start + 2 * hour)),
              ElementsAre(first + " drain*", second + " drain*"));
  EXPECT_THAT(former_of(n.start_with({after(20)}, start + 3 * hour)),
              ElementsAre(second + " drain*", first + " drain*"));
}

TEST(rule_versions, whose_text_does_not_compile_any_more_are_said_so_once_and_reset) {
  node_with_rules n;
  n.d.rules.on_change = cep::fate::drain;
  (void)n.start_with({after(10)}, start);
  const std::string old = n.versions[0];
  n.names.events = events({"a", "c"});
  const noted_versions noted =
      n.start_with({"RULE r WHEN a BUT NOT c FOR 9 s FIRE ONCE"}, start + hour);
  EXPECT_THAT(former_of(noted), ElementsAre(old + " reset"));
  ASSERT_EQ(noted.troubles.size(), 1U);
  EXPECT_THAT(noted.troubles[0].why, HasSubstr("does not compile"));
  EXPECT_THAT(n.start_with({"RULE r WHEN a BUT NOT c FOR 9 s FIRE ONCE"}, start + hour).troubles,
              IsEmpty());
}

TEST(rule_versions, of_a_rule_that_is_gone_are_forgotten) {
  node_with_rules n;
  n.d.rules.on_change = cep::fate::drain;
  (void)n.start_with({after(10), "RULE other WHEN c FIRE ONCE"}, start);
  const noted_versions without = n.start_with({"RULE other WHEN c FIRE ONCE"}, start + hour);
  EXPECT_FALSE(without.histories.rules.contains("r"));
  EXPECT_THAT(without.changes, IsEmpty());
  EXPECT_THAT(n.start_with({after(20), "RULE other WHEN c FIRE ONCE"}, start + hour).former,
              IsEmpty());
}

TEST(rule_versions, know_the_past_of_their_look_backs) {
  node_with_rules n;
  n.d.rules.on_change = cep::fate::drain;
  const std::string text =
      "RULE r WHEN a THEN b WITHIN 9 s BUT NOT c IN THE LAST 90 days FIRE ONCE";
  const auto rule = language::compile(text, "r.rule", n.names).rule;
  ASSERT_NE(rule, nullptr);
  const auto name =
      cep::past_name("r", std::get<language::step>(rule->clauses[1]).look_backs[0]);
  n.known = {{name, start - hour}, {name + 1, start}};
  (void)n.start_with({text}, start);
  n.known = {};
  const noted_versions noted = n.start_with({after(10)}, start + hour);
  ASSERT_EQ(noted.former.size(), 1U);
  EXPECT_EQ(noted.former[0].known, (cep::known_past{{name, start - hour}}));
}

TEST(rule_versions, that_cannot_be_read_are_said_so_and_left_alone) {
  node_with_rules n;
  const std::string rule =
      R"({"version": "0a1b2c3d", "since": 1, "text": "", "look_backs": {}, "former": )";
  for (const std::string& text : std::vector<std::string>{
           "[]", "{", "{}", R"({"started": 1})", R"({"started": "x", "rules": {}})",
           R"({"started": 1, "rules": {"r": {}}})",
           R"({"started": 1, "rules": {"r": )" + rule + "7}}}",
           R"({"started": 1, "rules": {"r": )" + rule + "[{}]}}}"}) {
    std::ofstream(n.data.file("rules.json")) << text;
    const auto read = read_rule_histories(n.d.data);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, errc::corrupt) << text;
  }
  std::ofstream(n.data.file("rules.json")) << R"({"started": 1, "rules": {"r": )" + rule + "[]}}}";
  EXPECT_TRUE(read_rule_histories(n.d.data).ok());
}

TEST(rule_versions, that_cannot_be_written_are_an_error) {
  const auto written = write_rule_histories("/nowhere/at/all", {});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, errc::unavailable);
}

}  // namespace
}  // namespace beckon::topology
