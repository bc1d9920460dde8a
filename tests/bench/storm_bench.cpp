// A storm of deadlines, on one core: every subject waits, all waits end within one second, and all
// of them fire: found by the directory, so many at once as a partition asks for; their stored
// states loaded, as of subjects that have done nothing for long; handled by the matcher.
// usage: bench_storm [SUBJECTS=1000000] [AT_ONCE=4096]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "engine/cep/step.hpp"
#include "engine/epoch/directory.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/rule_workload.hpp"

namespace {

using namespace beckon;
using steady = std::chrono::steady_clock;

constexpr std::int64_t begin_ms = 1'700'000'000'000;
constexpr const char* rule =
    "RULE r SAME item_id WHEN t0 AS o BUT NOT t1 FOR 30 min FIRE EVERY TIME "
    "RETURN o.item_id AS i";

event anchor(std::int64_t ms) {
  const auto& names = *bench::rule_events();
  event e;
  e.type = *names.type("t0");
  e.time = e.arrival = from_ms(ms);
  e.id = "0123456789abcdef";
  e.source = "app";
  e.attributes = {{*names.attribute("item_id"), std::int64_t{123456}},
                  {*names.attribute("page"), "checkout"}};
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return e;
}

class storm {
 public:
  explicit storm(const cep::rule_set& rules) : rules_(rules) {}

  /// So many subjects' waits begin within one second.
  void wait(std::size_t count) {
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < count; ++i) {
      const event e = anchor(begin_ms + static_cast<std::int64_t>(random() % 1000));
      cep::subject_state state;
      cep::judge(judging(), state, e, roles_, beginning);
      rows_.push_back(state.encode());
      deadlines_.push_back(state.next_deadline());
    }
  }
  /// The directory learns of every deadline. Returns its bytes for each.
  double arm() {
    const double before = bench::memory_now().in_use;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto at = known_.obtain(hash_bytes("user" + std::to_string(i)));
      known_.set_deadline(at, deadlines_[i]);
    }
    return (bench::memory_now().in_use - before) / static_cast<double>(rows_.size());
  }
  double encoded() const { return static_cast<double>(rows_.front().size()); }

  /// Handles all that is due, so many at once. Returns how many fired.
  std::size_t drain(std::size_t at_once) {
    const timestamp clock = from_ms(begin_ms + 31 * 60 * 1000);
    std::size_t fired = 0;
    for (auto due = known_.due(clock, at_once); !due.empty(); due = known_.due(clock, at_once)) {
      for (std::size_t n = 0; n < due.size(); ++n) {
        // A store hands over what it has just read: it is in the cache.
        __builtin_prefetch(&rows_[due[std::min(n + 16, due.size() - 1)]]);
        __builtin_prefetch(rows_[due[std::min(n + 8, due.size() - 1)]].data());
        handle(due[n], clock);
        fired += matches_.size();
        matches_.clear();
      }
    }
    return fired;
  }

 private:
  void handle(epoch::directory::index i, timestamp clock) {
    auto state = cep::subject_state::decode(rows_[i], rules_);
    if (!state.ok()) bench::die(state.error().to_string());
    cep::settle(judging(), *state, clock);
    known_.set_deadline(i, state->next_deadline());
    rows_[i] = state->encode();
  }
  cep::judging judging() { return {rules_, who_, &profile_, "UTC", matches_}; }

  const cep::rule_set& rules_;
  std::vector<std::string> rows_;  ///< by the directory's index
  std::vector<timestamp> deadlines_;
  epoch::directory known_;
  const subject who_{"user", "u"};
  const std::vector<std::string> roles_{"user_id"};
  const field_list profile_;
  std::vector<cep::match> matches_;
};

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv, "[SUBJECTS] [AT_ONCE]");
  const auto count = given.number(0, 1'000'000);
  if (count == 0) bench::die("no subjects, nothing to measure");
  const auto rules = cep::rule_set::build(bench::rule_events(), {bench::compiled(rule)});
  storm all(*rules);
  all.wait(count);
  const double armed = all.arm();
  const double encoded = all.encoded();
  const auto begun = steady::now();
  const std::size_t fired = all.drain(given.number(1, 4096));
  const std::chrono::duration<double> passed = steady::now() - begun;
  if (fired != count) bench::die("only " + std::to_string(fired) + " deadlines fired");
  std::array<char, 96> notes{};
  std::snprintf(notes.data(), notes.size(), "%.1f B an armed deadline, %.0f B its stored state",
                armed, encoded);
  given.print({.what = "engine alone, one core, deadlines of one second",
               .events = count,
               .users = count,
               .to_session = 1,
               .fired = static_cast<double>(fired) / static_cast<double>(count),
               .event_bytes = encoded,
               .value = static_cast<double>(count) / passed.count(),
               .unit = "deadlines/s",
               .notes = notes.data()});
  return 0;
}
