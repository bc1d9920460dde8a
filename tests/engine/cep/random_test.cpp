// Random rules over random inputs: the matcher against the oracle, with many ties, late events,
// keys, clock advances and states stored and loaded at random places.
#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "tests/engine/cep/oracle.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  const char* any_of(std::vector<const char*> words) {
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

/// Writes rules of the first part of the language; some are refused by the compiler.
class rule_writer {
 public:
  explicit rule_writer(dice& d) : d_(d) {}

  std::string rule(const std::string& name) {
    keyed_ = d_.chance(35);
    all_within_ = d_.chance(25);
    std::string text = "RULE " + name + "\n" + (keyed_ ? "SAME k\n" : "");
    text += "WHEN " + step(0, true);
    aliases_ = 1;
    const int more = d_.below(4);
    for (int i = 0; i < more; ++i) text += clause();
    if (all_within_) text += "ALL WITHIN " + span(3, 12);
    if (d_.chance(30)) text += "UNLESS " + types(true) + where(true);
    if (d_.chance(25))
      text += d_.any_of(
          {"IF user.muted IS NOT TRUE\n", "IF s0.v >= 1\n", "IF v = 1\n", "IF s0.v = v\n"});
    text += "FIRE " + fire();
    text += "RETURN s0.v AS r0, s0.x AS x0, v AS last_v, event.time AS last_time, now AS n\n";
    return text;
  }

 private:
  std::string span(int low, int high) {
    return std::to_string(low + d_.below(high - low)) + " s\n";
  }
  std::string types(bool may_be_keyless) {
    if (d_.chance(6)) return "ANY EVENT ";
    std::string text = d_.any_of({"a", "b", "c", "d"});
    if (d_.chance(20)) text += std::string(" OR ") + d_.any_of({"a", "b", "c", "bg"});
    if (may_be_keyless && d_.chance(20)) text = "e";
    return text + " ";
  }
  std::string where(bool with_alias) {
    if (with_alias && d_.chance(15))
      return d_.any_of({"WHERE v = s0.v ", "WHERE v > s0.v ", "WHERE v != s0.v OR v = 0 "});
    if (d_.chance(25))
      return d_.any_of({"WHERE v >= 1 ", "WHERE v = 1 ", "WHERE v < 2 ", "WHERE s = 'p' "});
    return "";
  }
  std::string quantity() {
    const std::string n = std::to_string(1 + d_.below(3));
    if (d_.chance(35)) return "AT LEAST " + n + " DIFFERENT v ";
    return "AT LEAST " + n + " TIMES " + (d_.chance(35) ? "IN A ROW " : "");
  }
  std::string step(int index, bool first) {
    std::string text = types(false) + "AS s" + std::to_string(index) + " ";
    const bool counts = d_.chance(first ? 50 : 30);
    if (counts) text += quantity();
    text += where(!first);
    if ((first ? counts : true) && !(all_within_ && d_.chance(50))) text += "WITHIN " + span(1, 8);
    return text + "\n";
  }
  std::string clause() {
    if (d_.chance(45)) return "BUT NOT " + types(true) + where(true) + "FOR " + span(1, 6);
    return "THEN " + step(aliases_++, false);
  }
  std::string fire() {
    switch (d_.below(6)) {
      case 0:
        return "ONCE\n";
      case 1:
        return "ONCE PER " + span(2, 9);
      case 2:
        return "ONCE PER v WITHIN " + span(2, 9);
      case 3:
        return keyed_ ? "ONCE PER k\n" : "EVERY TIME\n";
      default:
        return "EVERY TIME\n";
    }
  }

  dice& d_;
  bool keyed_ = false;
  bool all_within_ = false;
  int aliases_ = 1;
};

struct input {
  event content;
  timestamp clock_before = beginning;  ///< of the event; or the clock alone
  bool only_clock = false;
  bool only_profile = false;
};

std::deque<input> random_inputs(dice& d) {
  std::deque<input> made;
  int time = 0;
  int clock = 0;
  const bool slow_clock = d.chance(50);
  const int n = 6 + d.below(12);
  for (int i = 0; i < n; ++i) {
    time += d.below(3);
    const int late = d.chance(15) ? d.below(6) : 0;
    if (!slow_clock || d.chance(20)) clock = std::max(clock, time - d.below(4));
    input in;
    in.clock_before = at_second(clock);
    in.only_clock = d.chance(10);
    in.only_profile = d.chance(5);
    std::vector<std::pair<std::string, value>> attributes;
    const std::string type = d.any_of({"a", "a", "b", "b", "c", "c", "d", "e", "bg"});
    if (d.chance(90)) attributes.push_back({"v", d.below(3)});
    if (d.chance(80)) attributes.push_back({"x", i});
    if (d.chance(50)) attributes.push_back({"s", d.chance(50) ? "p" : "q"});
    if (type != "e" && d.chance(90)) attributes.push_back({"k", d.chance(60) ? "m" : "n"});
    in.content =
        made_event(type, std::max(0, time - late), std::move(attributes), "i" + std::to_string(i));
    made.push_back(std::move(in));
  }
  input last;
  last.only_clock = true;
  last.clock_before = at_second(time + 40);
  made.push_back(last);
  return made;
}

std::string describe(const std::deque<input>& inputs) {
  std::string text;
  for (const input& in : inputs) {
    text += "  clock " + std::to_string(to_ms(in.clock_before) / 1000);
    if (!in.only_clock) {
      text += "  " + std::string(small_catalogue()->name(in.content.type)) + " @" +
              std::to_string(to_ms(in.content.time) / 1000) + " " + in.content.id;
      for (const attribute& a : in.content.attributes)
        text += " " + std::string(small_catalogue()->name(a.name)) + "=" + to_display(a.content);
    }
    text += "\n";
  }
  return text;
}

std::string show(const std::string& key, timestamp t, bool deadline, withheld why,
                 const field_list& returns) {
  std::string text = std::to_string(to_ms(t) / 1000) + (deadline ? "d" : "e") + " key " + key +
                     " " + std::to_string(static_cast<int>(why));
  for (const field& f : returns) text += " " + f.name + "=" + to_display(f.content);
  return text + "\n";
}

std::string show(const std::vector<oracle_firing>& fired) {
  std::string text;
  for (const auto& f : fired) text += show(f.key, f.time, f.by_deadline, f.why, f.returns);
  return text;
}

std::string show(const std::vector<match>& matches, const std::string& rule) {
  std::string text;
  for (const auto& m : matches) {
    if (m.rule->name == rule) text += show(m.key, m.time, m.by_deadline, m.why, m.returns);
  }
  return text;
}

std::shared_ptr<const language::checked_rule> quietly_compiled(const std::string& text) {
  return language::compile(text, "random.rule", {small_catalogue(), nullptr, "UTC"}).rule;
}

struct tally {
  int compared = 0;
  int refused = 0;
  int firings = 0;
  int deadlines = 0;
  int overflowed = 0;
};

/// One world: up to three rules, one sequence of inputs, one matcher that is stored and loaded at
/// random, one that is given only what its interest asks for, and an oracle per rule.
void compare(std::uint64_t seed, tally& t) {
  dice d(seed);
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  std::string texts;
  const int count = 1 + d.below(3);
  for (int i = 0; i < count; ++i) {
    const std::string text = rule_writer(d).rule("r" + std::to_string(i));
    auto rule = quietly_compiled(text);
    if (rule == nullptr) {
      ++t.refused;
      continue;
    }
    texts += text + "\n";
    rules.push_back(std::move(rule));
  }
  if (rules.empty()) return;
  ++t.compared;
  std::deque<input> inputs = random_inputs(d);
  const auto set = rule_set::build(small_catalogue(), rules);
  one_subject engine(set);
  one_subject choosy(set);
  std::deque<oracle> oracles;
  for (const auto& rule : rules) oracles.emplace_back(*rule, *small_catalogue());
  field_list profile;
  for (oracle& o : oracles) o.profile = &profile;
  for (const input& in : inputs) {
    const std::int64_t clock = to_ms(in.clock_before) / 1000;
    engine.settle(clock);
    choosy.settle(clock);
    for (oracle& o : oracles) o.settle(in.clock_before);
    if (in.only_profile) {
      for (field_list* p : {&profile, &engine.profile, &choosy.profile})
        set_field(*p, "muted", true);
    }
    if (!in.only_clock) {
      engine.feed(in.content, clock);
      const bool wanted = set->can_begin(in.content) ||
                          (choosy.state.interest(*set) & set->interest_of(in.content.type)) != 0;
      if (wanted) choosy.feed(in.content, clock);
      for (oracle& o : oracles) o.judge(in.content);
    }
    if (d.chance(30)) engine.store_and_load();
    bool overflowed = false;
    timestamp next = never;
    bool empty = true;
    for (oracle& o : oracles) {
      overflowed |= o.overflowed;
      next = std::min(next, o.next_deadline());
      empty = empty && o.empty();
    }
    ASSERT_EQ(to_ms(engine.state.next_deadline()), to_ms(next))
        << "seed " << seed << "\n"
        << texts << describe(inputs) << "at " << in.content.id;
    ASSERT_EQ(engine.state.empty(), empty) << "seed " << seed << "\n"
                                           << texts << describe(inputs) << "at " << in.content.id;
    ASSERT_EQ(engine.state.encode(), choosy.state.encode())
        << "seed " << seed << "\n"
        << texts << describe(inputs) << "at " << in.content.id;
    t.overflowed += overflowed;
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string name = rules[i]->name;
    ASSERT_EQ(show(engine.matches, name), show(oracles[i].fired)) << "seed " << seed << "\n"
                                                                  << texts << describe(inputs);
    ASSERT_EQ(show(engine.matches, name), show(choosy.matches, name)) << "seed " << seed << "\n"
                                                                      << texts << describe(inputs);
    const int missed = oracles[i].overflowed ? 0 : oracles[i].missed;
    ASSERT_EQ(missed, 0) << "seed " << seed << "\n" << texts << describe(inputs);
    t.firings += static_cast<int>(oracles[i].fired.size());
    for (const auto& f : oracles[i].fired) t.deadlines += f.by_deadline ? 1 : 0;
  }
}

void compare_many(std::uint64_t first, std::uint64_t count) {
  tally t;
  for (std::uint64_t seed = first; seed < first + count && !::testing::Test::HasFatalFailure();
       ++seed)
    compare(seed, t);
  std::printf(
      "worlds %d, rules refused %d, firings %d (%d by deadline), inputs after an overflow %d\n",
      t.compared, t.refused, t.firings, t.deadlines, t.overflowed);
  EXPECT_GT(t.compared, static_cast<int>(count / 2));
  EXPECT_GT(t.firings, static_cast<int>(count / 4));
  EXPECT_GT(t.deadlines, static_cast<int>(count / 20));
}

TEST(random_rules, agree_with_the_oracle) {
  const char* worlds = std::getenv("BECKON_RANDOM_WORLDS");
  compare_many(1, worlds == nullptr ? 4000 : std::strtoull(worlds, nullptr, 10));
}

}  // namespace
}  // namespace beckon::cep::testing
