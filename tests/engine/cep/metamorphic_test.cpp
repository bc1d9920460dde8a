// What must not change a firing, on the same random rules and inputs of several subjects: events
// that come twice, other subjects, other rules, states stored and loaded, arrival out of order.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "engine/cep/replay.hpp"
#include "tests/engine/cep/random_worlds.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

constexpr std::uint64_t worlds = 1500;

using rule_list = std::vector<std::shared_ptr<const language::checked_rule>>;

struct fed {
  std::string who;
  event what;
};
using log_of = std::vector<fed>;

/// Random rules, and inputs of three subjects.
class world {
 public:
  explicit world(std::uint64_t seed) : dice_(seed), text_("seed " + std::to_string(seed) + "\n") {
    const int count = 1 + dice_.below(3);
    for (int i = 0; i < count; ++i) add_rule("r" + std::to_string(i));
    int second = 0;
    for (int i = 0; i < 40; ++i) {
      second += dice_.below(2);
      add_input(std::max(0, second - (dice_.chance(12) ? dice_.below(5) : 0)), i);
    }
  }

  dice& random() { return dice_; }
  const std::string& text() const { return text_; }
  const rule_list& rules() const { return rules_; }
  const log_of& log() const { return log_; }

 private:
  void add_rule(const std::string& name) {
    const std::string text = random_rule(dice_, name, false);
    auto rule = language::compile(text, "random.rule", {small_catalogue(), nullptr, "UTC"}).rule;
    if (rule == nullptr) return;
    text_ += text;
    rules_.push_back(std::move(rule));
  }
  void add_input(int second, int serial) {
    const std::string type = dice_.any_of({"a", "a", "b", "b", "c", "c", "d", "e", "bg", "r"});
    event e = random_event(dice_, type, second, serial);
    if (dice_.chance(5)) {
      e.type = type_profile_row;
      e.attributes.clear();
      e.extra = {{"muted", dice_.chance(50)}, {"level", dice_.below(3)}};
    }
    log_.push_back({dice_.any_of({"u0", "u1", "u2"}), std::move(e)});
  }

  dice dice_;
  std::string text_;
  rule_list rules_;
  log_of log_;
};

std::string show(const subject& who, const match& m) {
  std::string text = who.id + " " + m.rule->name + " @" + std::to_string(to_ms(m.time)) + " key " +
                     m.key + " " + std::to_string(static_cast<int>(m.why)) + " " +
                     to_hex(m.occurrence);
  for (const field& f : m.returns) text += " " + f.name + "=" + to_display(f.content);
  return text;
}

using lines = std::vector<std::string>;

/// All firings; of the log's subjects only `only` is told, if given, the others move the clock.
lines replayed(const rule_list& rules, const log_of& log, const std::string& only = "",
               replay_options options = {}) {
  replay r(rule_set::build(small_catalogue(), rules), std::move(options));
  for (const fed& f : log) {
    const std::vector<concerned_subject> subjects{{{"user", f.who}, {"user_id"}}};
    r.feed(only.empty() || only == f.who ? subjects : std::vector<concerned_subject>{}, f.what);
  }
  lines shown;
  for (const firing& f : r.finish()) shown.push_back(show(f.who, f.what));
  return shown;
}

template <class Keep>
lines those(const lines& all, Keep keep) {
  lines kept;
  std::copy_if(all.begin(), all.end(), std::back_inserter(kept), keep);
  return kept;
}

TEST(firings_do_not_change, with_events_that_come_twice) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    world w(seed);
    log_of doubled;
    for (const fed& f : w.log()) {
      doubled.push_back(f);
      if (w.random().chance(30)) {
        const int which = w.random().below(static_cast<int>(doubled.size()));
        doubled.push_back(doubled[static_cast<std::size_t>(which)]);
      }
    }
    ASSERT_EQ(replayed(w.rules(), doubled), replayed(w.rules(), w.log())) << w.text();
  }
}

TEST(firings_do_not_change, with_the_other_subjects) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    const world w(seed);
    const lines all = replayed(w.rules(), w.log());
    for (const std::string who : {"u0", "u1", "u2"}) {
      const lines own = those(all, [&](const std::string& l) { return l.starts_with(who); });
      ASSERT_EQ(replayed(w.rules(), w.log(), who), own) << w.text();
    }
  }
}

TEST(firings_do_not_change, with_the_other_rules) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    const world w(seed);
    const lines all = replayed(w.rules(), w.log());
    for (const auto& rule : w.rules()) {
      const std::string name = " " + rule->name + " ";
      const lines own =
          those(all, [&](const std::string& l) { return l.find(name) != std::string::npos; });
      ASSERT_EQ(replayed({rule}, w.log()), own) << w.text();
    }
  }
}

/// Each subject alone, told the clock, its state stored and loaded now and then.
lines stored_and_loaded(world& w) {
  const auto set = rule_set::build(small_catalogue(), w.rules());
  std::map<std::string, one_subject> subjects;
  std::int64_t clock = 0;
  for (const fed& f : w.log()) {
    one_subject& s = subjects.try_emplace(f.who, set, f.who).first->second;
    if (w.random().chance(40)) s.store_and_load();
    if (f.what.type == type_profile_row) {
      s.settle(clock);
      for (const field& x : f.what.extra) set_field(s.profile, x.name, x.content);
    } else {
      s.feed(f.what, clock);
    }
    clock = std::max(clock, to_ms(f.what.time) / 1000);
  }
  lines shown;
  for (auto& [who, s] : subjects) {
    s.store_and_load();
    s.settle(clock);
    for (const match& m : s.matches) shown.push_back(show(s.who, m));
  }
  return shown;
}

TEST(firings_do_not_change, with_states_stored_and_loaded) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    world w(seed);
    lines expected = replayed(w.rules(), w.log());
    lines got = stored_and_loaded(w);
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
    ASSERT_EQ(got, expected) << w.text();
  }
}

TEST(firings_do_not_change, with_arrival_out_of_order_within_the_buffer) {
  constexpr int late = 6;
  const replay_options buffered{.out_of_order = {{"user", std::chrono::seconds{late}}}};
  const auto in_time_order = [](const fed& a, const fed& b) { return a.what.time < b.what.time; };
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    world w(seed);
    log_of ordered = w.log();
    std::stable_sort(ordered.begin(), ordered.end(), in_time_order);
    // Each is delayed by less than the buffer; equal times keep their order.
    std::vector<std::pair<std::int64_t, fed>> arriving;
    std::map<std::int64_t, std::int64_t> delay;
    for (const fed& f : ordered) {
      const std::int64_t time = to_ms(f.what.time);
      const auto [at, fresh] = delay.try_emplace(time, 0);
      if (fresh) at->second = w.random().below(late) * 1000;
      arriving.emplace_back(time + at->second, f);
    }
    std::stable_sort(arriving.begin(), arriving.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    log_of shuffled;
    for (auto& [at, f] : arriving) shuffled.push_back(std::move(f));
    ASSERT_EQ(replayed(w.rules(), shuffled, "", buffered),
              replayed(w.rules(), ordered, "", buffered))
        << w.text();
  }
}

}  // namespace
}  // namespace beckon::cep::testing
