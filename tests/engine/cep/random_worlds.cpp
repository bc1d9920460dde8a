#include "tests/engine/cep/random_worlds.hpp"

#include <algorithm>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

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
    text += "RETURN v AS last_v, event.time AS last_time, now AS n";
    for (int i = 0; i < aliases_; ++i) {
      const std::string n = std::to_string(i);
      text += ", s" + n + ".v AS v" + n + ", s" + n + ".x AS x" + n;
    }
    text += "\n";
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

}  // namespace

std::string random_rule(dice& d, const std::string& name) {
  return rule_writer(d).rule(name);
}

std::deque<input> random_inputs(dice& d) {
  std::deque<input> made;
  int time = 0;
  int clock = 0;
  const bool slow_clock = d.chance(50);
  const std::vector<const char*> all = {"a", "a", "b", "b", "c", "c", "d", "e", "bg"};
  const std::vector<const char*> few = {"a", "a", "b", "b", "b", "c"};
  const std::vector<const char*>& types = d.chance(50) ? all : few;
  const int n = 6 + d.below(14);
  for (int i = 0; i < n; ++i) {
    time += d.below(3);
    const int late = d.chance(15) ? d.below(6) : 0;
    if (!slow_clock || d.chance(20)) clock = std::max(clock, time - d.below(4));
    input in;
    in.clock_before = at_second(clock);
    in.only_clock = d.chance(10);
    in.only_profile = d.chance(5);
    std::vector<std::pair<std::string, value>> attributes;
    const std::string type = d.any_of(types);
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

}  // namespace beckon::cep::testing
