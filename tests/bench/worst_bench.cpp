// The matcher where an index helps least, on one core: many rules that begin with events of one
// type, most of them with every event.
//   thresholds: each rule has a threshold of its own on the same attribute; the share of them that
//     an event reaches is given
//   prefixes: all rules begin with the same step, and go on differently
// usage: bench_worst [KIND=1 (1 thresholds, 2 prefixes)] [RULES=10000] [MILLISECONDS=2000]
//                    [REACHED_PERMILLE=500]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "engine/cep/step.hpp"
#include "messages/codec/event_codec.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/rule_workload.hpp"

namespace {

using namespace beckon;
using steady = std::chrono::steady_clock;

constexpr std::uint32_t subjects = 16;
constexpr int events_each = 4;  ///< then a subject begins anew: the first of them finds nothing

std::shared_ptr<const cep::rule_set> rules_of(bool prefixes, std::uint64_t count) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string where =
        prefixes ? "page = 'p' AND amount > 5" : "amount > " + std::to_string(i) + ".5";
    rules.push_back(bench::compiled("RULE r" + number + " WHEN t0 AS o WHERE " + where +
                                    " THEN t1 WHERE page = 'p" + number +
                                    "' WITHIN 5 min FIRE ONCE PER 1 min RETURN o.item_id AS i"));
  }
  return cep::rule_set::build(bench::rule_events(), std::move(rules));
}

event first_event() {
  const auto& names = *bench::rule_events();
  event e;
  e.type = *names.type("t0");
  e.time = e.arrival = from_ms(1'700'000'000'000);
  e.id = "0123456789abcdef";
  e.source = "app";
  e.attributes = {{*names.attribute("user_id"), "u"},
                  {*names.attribute("item_id"), std::int64_t{7}},
                  {*names.attribute("page"), "p"},
                  {*names.attribute("amount"), 0.0}};
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return e;
}

class worst_run {
 public:
  worst_run(const cep::rule_set& rules, double highest) : rules_(rules), highest_(highest) {
    for (attribute& a : event_.attributes) {
      if (a.name == *bench::rule_events()->attribute("amount")) amount_ = &a.content;
    }
  }

  void take_next() {
    const auto which = static_cast<std::size_t>(taken % subjects);
    cep::subject_state& state = states_[which];
    if (taken / subjects % events_each == 0) state = cep::subject_state();
    event_.time += std::chrono::milliseconds{1};
    const double amount = static_cast<double>(random_() % 1'000'000) / 1'000'000 * highest_;
    *amount_ = amount;
    reached += amount;
    if (rules_.can_begin(event_))
      cep::judge({rules_, who_, &profile_, "UTC", matches_}, state, event_, roles_, event_.time);
    ++taken;
  }

  std::uint64_t taken = 0;
  double reached = 0;  ///< amounts: of thresholds one apart, as many as are reached
  const event& last() const noexcept { return event_; }

 private:
  const cep::rule_set& rules_;
  double highest_;
  event event_ = first_event();
  value* amount_ = nullptr;
  std::array<cep::subject_state, subjects> states_;
  const subject who_{"user", "u"};
  const std::vector<std::string> roles_{"user_id"};
  const field_list profile_;
  std::vector<cep::match> matches_;
  std::mt19937_64 random_{1};
};

std::string note(double starts, double share) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%.1f M run starts/s, %.1f %% of the rules an event",
                starts / 1e6, 100 * share);
  return text.data();
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv, "[KIND] [RULES] [MILLISECONDS] [REACHED_PERMILLE]");
  const bool prefixes = given.number(0, 1) == 2;
  const auto count = given.number(1, 10'000);
  const std::chrono::milliseconds long_enough(given.number(2, 2000));
  const double reached = static_cast<double>(given.number(3, 500)) / 1000;
  const auto rules = rules_of(prefixes, count);
  const double all = static_cast<double>(count);
  // Amounts are spread evenly; those of prefixes are above 5 but for one in a thousand.
  worst_run run(*rules, prefixes ? 5000 : std::min(2 * reached, 1.0) * all);
  const auto begun = steady::now();
  while (run.taken == 0 || steady::now() - begun < long_enough) {
    for (std::uint32_t i = 0; i < subjects; ++i) run.take_next();
  }
  const std::chrono::duration<double> passed = steady::now() - begun;
  const auto n = static_cast<double>(run.taken);
  const double share = prefixes ? 0.999 : run.reached / n / all;
  const std::string kind = prefixes ? " rules with one first step" : " thresholds on one type";
  given.print({.what = "engine alone, one core, " + std::to_string(count) + kind,
               .events = run.taken,
               .users = subjects,
               .to_session = 1,
               .fired = 0,
               .event_bytes = static_cast<double>(
                   codec::encode_event(run.last(), *bench::rule_events()).size()),
               .value = n / passed.count(),
               .unit = "events/s",
               .notes = note(n * share * all / passed.count(), share)});
  return 0;
}
