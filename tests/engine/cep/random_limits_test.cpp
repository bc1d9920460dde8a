// FIRE limits, windows and ACTIVE alone, each computed again from a plain list: what completes,
// then which of it may fire.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/engine/cep/random_worlds.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

constexpr std::uint64_t worlds = 3000;

struct occasion {
  int second = 0;
  int v = 0;       ///< -1: NULL
  int tenths = 0;  ///< of m
};

std::vector<occasion> random_occasions(dice& d) {
  std::vector<occasion> made;
  int second = d.below(3);
  for (int i = 0; i < 25; ++i, second += d.below(3))
    made.push_back({second, d.below(4) - 1, d.below(5)});
  return made;
}

/// The matcher's answer; the clock follows the events or stays behind.
std::string matched(dice& d, const std::string& rule, const std::vector<occasion>& all) {
  one_subject subject(set_of({rule}));
  const bool follows = d.chance(50);
  int clock = 0;
  for (const occasion& o : all) {
    std::vector<std::pair<std::string, value>> attributes{{"m", 0.1 * o.tenths}};
    if (o.v >= 0) attributes.push_back({"v", o.v});
    subject.feed(made_event("a", o.second, std::move(attributes)), clock);
    if (follows) clock = o.second;
    if (d.chance(20)) subject.store_and_load();
  }
  subject.settle(1000);
  EXPECT_EQ(subject.state.next_deadline(), never);
  return subject.fired();
}

class answer {
 public:
  void add(int second, bool fires, const char* why = "!fire_limit") {
    text_ += (text_.empty() ? "r@" : " r@") + std::to_string(second) + (fires ? "" : why);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

TEST(random_limits, once_per_duration_and_once) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    dice d(seed);
    const auto all = random_occasions(d);
    const int per = 1 + d.below(9);
    const bool once = d.chance(20);
    answer expected;
    int last = -1000;
    for (const occasion& o : all) {
      const bool fires = once ? last < 0 : o.second >= last + per;
      if (fires) last = o.second;
      expected.add(o.second, fires);
    }
    const std::string rule =
        "RULE r WHEN a FIRE ONCE" + (once ? std::string() : " PER " + std::to_string(per) + " s");
    ASSERT_EQ(matched(d, rule, all), expected.text()) << "seed " << seed << "\n" << rule;
  }
}

TEST(random_limits, once_per_value) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    dice d(seed);
    const auto all = random_occasions(d);
    const int per = 1 + d.below(15);
    const bool filtered = d.chance(30);
    answer expected;
    std::map<int, int> last;
    for (const occasion& o : all) {
      if (filtered && o.tenths < 2) {
        expected.add(o.second, false, "!condition");
        continue;
      }
      const bool fires = !last.contains(o.v) || o.second >= last[o.v] + per;
      if (fires) last[o.v] = o.second;
      expected.add(o.second, fires);
    }
    const std::string rule = std::string("RULE r WHEN a ") + (filtered ? "IF m >= 0.2 " : "") +
                             "FIRE ONCE PER v WITHIN " + std::to_string(per) + " s";
    ASSERT_EQ(matched(d, rule, all), expected.text()) << "seed " << seed << "\n" << rule;
  }
}

TEST(random_limits, active_is_half_open_and_once_is_per_period) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    dice d(seed);
    const auto all = random_occasions(d);
    const int from = d.below(8);
    const int to = from + 1 + d.below(12);
    const bool once = d.chance(50);
    const int wait = d.below(4);
    answer expected;
    bool fired = false;
    int latest = -1000;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].second >= from && all[i].second < to) latest = all[i].second;
      const bool more = i + 1 < all.size() && all[i + 1].second < latest + wait;
      if (latest < 0 || (wait > 0 && more)) continue;  // a newer anchor, perhaps
      const bool limited = once && fired;
      const bool active = latest + wait < to;
      const char* why = active ? "!fire_limit" : "!inactive";
      fired = fired || active;
      expected.add(latest + wait, active && !limited, why);
      latest = -1000;
    }
    const auto at = [](int s) {
      return "'1970-01-01 00:00:" + std::string(s < 10 ? "0" : "") + std::to_string(s) + "'";
    };
    const std::string rule = "RULE r ACTIVE FROM " + at(from) + " TO " + at(to) + " WHEN a " +
                             (wait > 0 ? "WAIT " + std::to_string(wait) + " s " : "") +
                             (once ? "FIRE ONCE" : "FIRE EVERY TIME");
    ASSERT_EQ(matched(d, rule, all), expected.text()) << "seed " << seed << "\n" << rule;
  }
}

/// TIMES, DIFFERENT or SUM over what (t − d, t] holds of the unconsumed.
TEST(random_limits, windows_slide_and_are_consumed) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    dice d(seed);
    const auto all = random_occasions(d);
    const int length = 1 + d.below(8);
    const int n = 2 + d.below(3);
    const int how = d.below(3);
    const int limit_every = d.chance(40) ? 1 + d.below(9) : 0;
    answer expected;
    std::vector<occasion> kept;
    int last = -1000;
    for (const occasion& o : all) {
      if (how == 1 && o.v < 0) continue;
      kept.push_back(o);
      int times = 0;
      int tenths = 0;
      std::set<int> values;
      for (const occasion& k : kept) {
        if (k.second <= o.second - length) continue;
        ++times;
        tenths += k.tenths;
        values.insert(k.v);
      }
      const int reached = how == 0 ? times : how == 1 ? static_cast<int>(values.size()) : tenths;
      if (reached < (how == 2 ? 2 * n : n)) continue;
      kept.clear();
      const bool fires = o.second >= last + limit_every;
      if (fires) last = o.second;
      expected.add(o.second, fires);
    }
    const std::string quantity = how == 0   ? "AT LEAST " + std::to_string(n) + " TIMES"
                                 : how == 1 ? "AT LEAST " + std::to_string(n) + " DIFFERENT v"
                                            : "SUM m >= 0." + std::to_string(2 * n);
    const std::string rule =
        "RULE r WHEN a " + quantity + " WITHIN " + std::to_string(length) + " s FIRE " +
        (limit_every > 0 ? "ONCE PER " + std::to_string(limit_every) + " s" : "EVERY TIME");
    ASSERT_EQ(matched(d, rule, all), expected.text()) << "seed " << seed << "\n" << rule;
  }
}

}  // namespace
}  // namespace beckon::cep::testing
