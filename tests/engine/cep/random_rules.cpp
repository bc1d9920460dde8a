// Random rules: every clause of the grammar. Each method is named after what it writes.
#include "tests/engine/cep/random_worlds.hpp"

namespace beckon::cep::testing {
namespace {

class rule_writer {
 public:
  rule_writer(dice& d, bool of_item) : d_(d), of_item_(of_item) {}

  std::string rule(const std::string& name) {
    std::string text = "RULE " + name + " \"a random rule\"\n" + subject() + same() + active();
    all_within_ = d_.chance(25);
    text += "WHEN " + step(true);
    const int more = d_.below(4) + (d_.chance(15) ? 2 : 0);
    for (int i = 0; i < more; ++i) text += clause();
    if (in_between_) text += then();
    if (all_within_) text += "ALL WITHIN " + span(3, 16);
    if (d_.chance(25)) text += "UNLESS " + events(true) + where(aliases_) + "\n";
    if (d_.chance(4)) text += "UNLESS " + events(true) + where(0) + "\n";
    if (d_.chance(25)) text += "IF " + random_if(d_, aliases_, of_item_) + "\n";
    if (waits_ && d_.chance(25)) text += "KEEP FIRST\n";
    return text + fire() + to_each() + returns();
  }

 private:
  std::string span(int low, int high) {
    if (d_.chance(3)) return std::to_string(1500 + 500 * d_.below(8)) + " ms\n";
    return std::to_string(low + d_.below(high - low)) + " s\n";
  }
  std::string subject() {
    if (of_item_) return "FOR item\n";
    return d_.any_of({"", "", "", "", "", "FOR user\n", "FOR user BY user_id\n"});
  }
  std::string same() {
    if (!d_.chance(35)) return "";
    same_ = d_.any_of({"k", "k", "k", "k", "k", "k, s", "v", "event.type", "event.source"});
    return "SAME " + same_ + "\n";
  }
  std::string active() {
    if (!d_.chance(22)) return "";
    const auto time = [](int second) {
      return "'1970-01-01 00:00:" + std::string(second < 10 ? "0" : "") + std::to_string(second) +
             "'";
    };
    const int from = d_.below(8);
    std::string text = "ACTIVE FROM " + time(from);
    ends_ = d_.chance(75);
    if (ends_) text += " TO " + time(from + 4 + d_.below(16));
    return text + "\n";
  }

  std::string events(bool may_be_keyless) {
    retained_ = false;
    if (d_.chance(6)) return "ANY EVENT ";
    if (d_.chance(5)) {
      retained_ = true;
      return "r ";
    }
    if (d_.chance(4)) return d_.any_of({"outreach_opened ", "der ", "bg "});
    if (may_be_keyless && d_.chance(20)) return d_.any_of({"e ", "e ", "a OR e "});
    std::string text = d_.any_of({"a", "a", "a", "b", "b", "b", "c", "c", "d"});
    if (d_.chance(20)) text += std::string(" OR ") + d_.any_of({"a", "b", "c", "bg", "r"});
    return text + " ";
  }
  std::string where(int aliases) {
    if (!d_.chance(24)) return "";
    return "WHERE " + random_where(d_, aliases, of_item_) + " ";
  }

  std::string step(bool first) {
    std::string text = events(false) + "AS s" + std::to_string(aliases_) + " ";
    const bool retained = retained_;
    const bool counts = d_.chance(first ? 55 : 32);
    const std::string condition = where(aliases_++);
    const bool bounded = all_within_ || ends_ || retained;
    std::string within;
    if ((counts || !first) && !(bounded && d_.chance(50))) within = "WITHIN " + span(1, 12);
    if (!within.empty()) within.back() = ' ';
    if (!counts) return text + condition + within + "\n";
    // quantity, WHERE and WITHIN in any order; AND AVG directly behind its quantity
    const std::string q = quantity();
    switch (d_.below(3)) {
      case 0:
        return text + condition + q + within + "\n";
      case 1:
        return text + within + condition + q + "\n";
      default:
        return text + q + condition + within + "\n";
    }
  }
  std::string quantity() {
    const std::string n = std::to_string(1 + d_.below(3));
    const int how = d_.below(100);
    std::string text;
    if (how < 24) {
      text = std::string("SUM ") +
             d_.any_of({"m >= 0.3", "m >= 1", "m > 1.5", "v >= 2", "v > 2", "m > 0", "v >= 4"});
    } else if (how < 50) {
      text = "AT LEAST " + n + " DIFFERENT " + d_.any_of({"v", "v", "x", "s", "m"});
    } else if (how < 55) {
      text = "REPEAT " + n;
    } else {
      text = "AT LEAST " + n + " TIMES" + (d_.chance(40) ? " IN A ROW" : "");
    }
    if (d_.chance(18)) {
      text += std::string(" AND ") +
              d_.any_of({"AVG v >= 1", "MIN v >= 1", "MAX v = 2", "AVG m < 0.7", "MAX m > 0.25",
                         "MIN m != 0.1", "AVG v <= 1.5", "AVG m >= 0.2"});
    }
    return text + " ";
  }

  std::string clause() {
    const int kind = d_.below(100);
    if (kind < 38) return then();
    if (kind < 56) return wait("BUT NOT " + events(true) + where(aliases_) + "FOR ");
    if (kind < 62) return wait_until("BUT NOT " + events(true) + where(aliases_));
    if (kind < 68) return wait("WAIT ");
    if (kind < 73) return wait_until("WAIT ");
    if (kind < 87) return look_back();
    return but_not_in_between();
  }
  std::string then() {
    in_between_ = false;
    return std::string("THEN ") + (d_.chance(25) ? "NEXT " : "") + step(false);
  }
  std::string wait(const std::string& head) {
    waits_ = true;
    return head + span(1, 6);
  }
  std::string wait_until(const std::string& head) {
    waits_ = true;
    return head + "UNTIL " + random_until(d_, aliases_) + " AT MOST " + span(2, 8);
  }
  std::string look_back() {
    return "BUT NOT " + events(true) + where(0) + "IN THE LAST " + span(1, 6);
  }
  std::string but_not_in_between() {
    in_between_ = true;
    return "BUT NOT " + events(true) + where(aliases_) + "\n";
  }

  std::string fire() {
    switch (d_.below(9)) {
      case 0:
        return "FIRE ONCE\n";
      case 1:
        return "FIRE ONCE PER " + span(2, 9);
      case 2:
        return "FIRE ONCE PER v WITHIN " + span(2, 9);
      case 3:
        return same_ == "k" ? "FIRE ONCE PER k\n" : "FIRE ONCE PER s, v\n";
      case 4:
        return std::string("FIRE ONCE PER ") + d_.any_of({"s", "event.type"}) + " WITHIN " +
               span(2, 9);
      default:
        return "FIRE EVERY TIME\n";
    }
  }
  std::string to_each() { return of_item_ && d_.chance(50) ? "TO EACH likes\n" : ""; }
  std::string returns() {
    std::string text = "RETURN v, event.time AS last_time, now AS n, event.type AS what";
    for (int i = 0; i < aliases_; ++i) {
      const std::string n = std::to_string(i);
      text += ", s" + n + ".v AS v" + n + ", s" + n + ".x AS x" + n;
      if (d_.chance(40)) text += random_returns(d_, "s" + n);
    }
    return text + "\n";
  }

  dice& d_;
  bool of_item_;
  std::string same_;
  bool all_within_ = false;
  bool ends_ = false;        ///< ACTIVE … TO
  bool retained_ = false;    ///< the catalogue bounds the events just written
  bool in_between_ = false;  ///< a BUT NOT that still needs its THEN
  bool waits_ = false;
  int aliases_ = 0;
};

}  // namespace

std::string random_rule(dice& d, const std::string& name, bool of_item) {
  return rule_writer(d, of_item).rule(name);
}

}  // namespace beckon::cep::testing
