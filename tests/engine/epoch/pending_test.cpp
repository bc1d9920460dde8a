#include "engine/epoch/pending.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace beckon::epoch {
namespace {

using outreach::wait_reason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t all = 1'000'000;

std::shared_ptr<const outreach::request> fired_at(std::int64_t ms, const std::string& user) {
  outreach::request what;
  what.who = {"user", user};
  what.fired = from_ms(ms);
  return std::make_shared<const outreach::request>(what);
}

pending_decision one(pending_shelf& shelf, wait_reason why, std::int64_t wake, int priority = 0) {
  pending_decision d;
  d.what = fired_at(0, "u");
  d.name = shelf.next_name(7, 1);
  d.why = why;
  d.wake = from_ms(wake);
  d.priority = priority;
  d.decided = from_ms(static_cast<std::int64_t>(d.name.number));
  return d;
}
pending_decision deferred(pending_shelf& s, std::int64_t wake, int priority = 0) {
  return one(s, wait_reason::deferred, wake, priority);
}
pending_decision asked(pending_shelf& s, std::int64_t wake, int priority = 0) {
  return one(s, wait_reason::asked, wake, priority);
}
pending_decision held(pending_shelf& s, const std::string& user, const std::string& filter,
                      std::int64_t wake, int priority = 0, std::int64_t fired = 0) {
  auto d = one(s, wait_reason::held, wake, priority);
  d.what = fired_at(fired, user);
  d.filter = filter;
  return d;
}
pending_name put(pending_shelf& s, pending_decision d) {
  const auto name = d.name;
  EXPECT_EQ(s.add(std::move(d)), std::nullopt);
  return name;
}

std::vector<std::uint64_t> numbers(const std::vector<woken_decision>& woken) {
  std::vector<std::uint64_t> out;
  for (const auto& w : woken) out.push_back(w.what.name.number);
  return out;
}

TEST(pending_shelf, hands_out_each_once_when_its_time_has_come) {
  pending_shelf s(10);
  put(s, deferred(s, 30));
  put(s, deferred(s, 10));
  EXPECT_THAT(s.take(from_ms(9), from_ms(99), all), IsEmpty());
  EXPECT_THAT(numbers(s.take(from_ms(10), beginning, all)), ElementsAre(2));
  EXPECT_THAT(numbers(s.take(from_ms(30), beginning, all)), ElementsAre(1));
  EXPECT_EQ(s.size(), 0u);
}

TEST(pending_shelf, what_is_asked_waits_by_node_time) {
  pending_shelf s(10);
  put(s, asked(s, 10));
  EXPECT_THAT(s.take(never, from_ms(9), all), IsEmpty());
  const auto woken = s.take(beginning, from_ms(10), all);
  EXPECT_THAT(numbers(woken), ElementsAre(1));
  EXPECT_FALSE(woken[0].said) << "nobody answered";
}

TEST(pending_shelf, an_answer_comes_first_and_once) {
  pending_shelf s(10);
  put(s, deferred(s, 1));
  const auto name = put(s, asked(s, 100));
  EXPECT_TRUE(s.hear(name, {answer::kind::refuse, "late_payer"}));
  EXPECT_FALSE(s.hear(name, {answer::kind::pass})) << "it was answered";
  const auto woken = s.take(from_ms(1), from_ms(1), all);
  EXPECT_THAT(numbers(woken), ElementsAre(2, 1));
  ASSERT_TRUE(woken[0].said);
  EXPECT_EQ(woken[0].said->reason, "late_payer");
  EXPECT_FALSE(s.hear(name, {answer::kind::pass})) << "it was taken";
  EXPECT_THAT(s.take(never, never, all), IsEmpty());
}

TEST(pending_shelf, an_answer_is_void_under_another_name_and_to_what_nobody_was_asked) {
  pending_shelf s(10);
  const auto name = put(s, asked(s, 100));
  const auto other = put(s, deferred(s, 100));
  for (auto wrong : {pending_name{name.number, name.epoch + 1, name.round},
                     pending_name{name.number, name.epoch, name.round + 1},
                     pending_name{99, name.epoch, name.round}, other})
    EXPECT_FALSE(s.hear(wrong, {answer::kind::pass})) << wrong.number;
  EXPECT_EQ(s.find({name.number, name.epoch + 1, name.round}), nullptr);
  EXPECT_NE(s.find(name), nullptr);
}

TEST(pending_shelf, too_many_end_by_priority_then_age) {
  pending_shelf s(2);
  put(s, deferred(s, 10, 5));
  put(s, deferred(s, 10, 1));
  EXPECT_EQ(s.add(deferred(s, 10, 1))->name.number, 2u) << "the older of the lower";
  EXPECT_EQ(s.add(deferred(s, 10, 0))->name.number, 4u) << "itself";
  EXPECT_EQ(s.add(deferred(s, 10, 9))->name.number, 3u);
  EXPECT_THAT(numbers(s.take(never, never, all)), ElementsAre(5, 1));
}

TEST(pending_shelf, one_that_was_answered_may_end_too) {
  pending_shelf s(1);
  const auto name = put(s, asked(s, 10));
  EXPECT_TRUE(s.hear(name, {answer::kind::pass}));
  EXPECT_EQ(s.add(deferred(s, 10, 1))->name, name);
  EXPECT_THAT(numbers(s.take(never, never, all)), ElementsAre(2));
}

TEST(pending_shelf, what_was_found_keeps_its_name_and_is_asked_anew) {
  pending_shelf s(1);
  pending_shelf former(10);
  s.restore(deferred(former, 50));
  s.restore(asked(former, 70));
  EXPECT_EQ(s.size(), 2u) << "a bound that was lowered counts from the next on";
  EXPECT_EQ(s.next_name(9, 1).number, 3u);
  const auto woken = s.take(beginning, from_ms(0), all);
  EXPECT_THAT(numbers(woken), ElementsAre(2));
  EXPECT_EQ(woken[0].what.revision, 0u) << "whatever the plan: the whole chain";
}

TEST(pending_shelf, counts_and_tells_its_oldest) {
  pending_shelf s(10);
  EXPECT_EQ(s.oldest(), never);
  put(s, deferred(s, 10));
  put(s, asked(s, 20));
  EXPECT_EQ(s.count(wait_reason::deferred), 1u);
  EXPECT_EQ(s.count(wait_reason::asked), 1u);
  EXPECT_EQ(s.oldest(), from_ms(1));
  s.take(from_ms(10), beginning, all);
  EXPECT_EQ(s.oldest(), from_ms(2));
  EXPECT_EQ(s.count(wait_reason::deferred), 0u);
}

TEST(pending_shelf, of_the_same_time_hands_out_by_priority_then_firing_time) {
  pending_shelf s(10);
  put(s, held(s, "u", "calm", 10, 1, 5));
  put(s, held(s, "u", "calm", 10, 2, 7));
  put(s, held(s, "u", "calm", 10, 2, 6));
  put(s, held(s, "u", "calm", 9, 0, 8));
  put(s, deferred(s, 10, 3));
  EXPECT_THAT(numbers(s.take(from_ms(10), beginning, 2)), ElementsAre(4, 5));
  EXPECT_THAT(numbers(s.take(from_ms(10), beginning, 2)), ElementsAre(3, 2));
  EXPECT_THAT(numbers(s.take(from_ms(10), beginning, 2)), ElementsAre(1));
}

TEST(pending_shelf, tells_the_holds_of_a_subject_by_filter_and_end) {
  pending_shelf s(10);
  const auto u = key_of("user", "u");
  EXPECT_THAT(s.holds_of(u), IsEmpty());
  put(s, held(s, "u", "calm", 10, 1, 5));
  put(s, held(s, "u", "calm", 10, 3, 7));
  put(s, held(s, "u", "calm", 10, 3, 6));
  put(s, held(s, "u", "calm", 20, 9));
  put(s, held(s, "u", "busy", 15));
  put(s, held(s, "v", "calm", 10, 8));
  put(s, deferred(s, 10, 8));
  const auto open = [](const char* filter, std::int64_t until, int priority, std::int64_t fired) {
    return outreach::open_hold{filter, from_ms(until), priority, from_ms(fired)};
  };
  EXPECT_THAT(s.holds_of(u),
              ElementsAre(open("busy", 15, 0, 0), open("calm", 10, 3, 6), open("calm", 20, 9, 0)));
  EXPECT_EQ(s.count(wait_reason::held), 6u);
  EXPECT_THAT(numbers(s.take_held(u, from_ms(15))), ElementsAre(3, 2, 1, 5));
  EXPECT_THAT(s.holds_of(u), ElementsAre(open("calm", 20, 9, 0)));
  EXPECT_THAT(s.take_held(u, from_ms(19)), IsEmpty());
  EXPECT_THAT(s.take_held(key_of("user", "w"), never), IsEmpty());
  EXPECT_EQ(s.take(never, never, all).size(), 3u);
  EXPECT_THAT(s.holds_of(u), IsEmpty());
  EXPECT_EQ(s.count(wait_reason::held), 0u);
}

TEST(pending_shelf, found_again_a_hold_is_one) {
  pending_shelf former(10);
  pending_shelf s(10);
  s.restore(held(former, "u", "calm", 30, 2, 4));
  const auto u = key_of("user", "u");
  ASSERT_EQ(s.holds_of(u).size(), 1u);
  EXPECT_EQ(s.holds_of(u)[0].until, from_ms(30));
  put(s, held(s, "u", "calm", 30, 5, 9));
  ASSERT_EQ(s.holds_of(u).size(), 1u) << "they end together";
  EXPECT_EQ(s.holds_of(u)[0].priority, 5);
  EXPECT_EQ(s.take(from_ms(30), beginning, all).at(1).what.revision, 0u) << "of another process";
}

TEST(pending_shelf, too_many_end_those_that_are_held_too) {
  pending_shelf s(1);
  put(s, held(s, "u", "calm", 10, 1));
  EXPECT_EQ(s.add(held(s, "u", "calm", 10, 2))->name.number, 1u);
  ASSERT_EQ(s.holds_of(key_of("user", "u")).size(), 1u);
  EXPECT_EQ(s.holds_of(key_of("user", "u"))[0].priority, 2);
}

/// The same, slowly: a vector that is searched.
class naive_shelf {
 public:
  explicit naive_shelf(std::size_t most) : most_(most) {}

  std::optional<std::uint64_t> add(const pending_decision& d) {
    kept_.push_back({d, {}, 0});
    if (kept_.size() <= most_) return std::nullopt;
    auto worst = kept_.begin();
    for (auto at = kept_.begin(); at != kept_.end(); ++at) {
      if (at->what.priority < worst->what.priority) worst = at;  // in the order of numbers
    }
    const auto number = worst->what.name.number;
    kept_.erase(worst);
    return number;
  }
  bool hear(const pending_name& name, const answer& said) {
    for (auto& k : kept_) {
      if (!(k.what.name == name) || k.what.why != wait_reason::asked || k.said) continue;
      k.said = said;
      k.turn = ++turns_;
      return true;
    }
    return false;
  }
  std::vector<std::uint64_t> take(timestamp decisions, timestamp node, std::size_t most) {
    const auto rank = [&](const kept& k) {
      const bool asks = k.what.why == wait_reason::asked;
      return std::tuple(k.said ? 0
                        : asks ? 1
                               : 2,
                        k.turn, k.said ? from_ms(0) : k.what.wake, k.said ? 0 : -k.what.priority,
                        k.what.what->fired, k.what.name.number);
    };
    std::vector<std::uint64_t> out;
    while (out.size() < most) {
      auto next = kept_.end();
      for (auto at = kept_.begin(); at != kept_.end(); ++at) {
        const auto clock = at->what.why == wait_reason::asked ? node : decisions;
        if (!at->said && at->what.wake > clock) continue;
        if (next == kept_.end() || rank(*at) < rank(*next)) next = at;
      }
      if (next == kept_.end()) break;
      out.push_back(next->what.name.number);
      kept_.erase(next);
    }
    return out;
  }
  bool any_due(timestamp decisions, timestamp node) const {
    return std::any_of(kept_.begin(), kept_.end(), [&](const kept& k) {
      return k.said || k.what.wake <= (k.what.why == wait_reason::asked ? node : decisions);
    });
  }
  std::vector<outreach::open_hold> holds_of(const subject& who) const {
    std::map<std::pair<std::string, timestamp>, std::pair<int, timestamp>> holds;
    for (const auto& k : kept_) {
      if (k.what.why != wait_reason::held || k.what.what->who != who) continue;
      const std::pair rank(-k.what.priority, k.what.what->fired);
      const auto at = holds.try_emplace({k.what.filter, k.what.wake}, rank).first;
      at->second = std::min(at->second, rank);
    }
    std::vector<outreach::open_hold> out;
    for (const auto& [hold, rank] : holds)
      out.push_back({hold.first, hold.second, -rank.first, rank.second});
    return out;
  }
  std::size_t size() const { return kept_.size(); }

 private:
  struct kept {
    pending_decision what;
    std::optional<answer> said;
    std::uint64_t turn = 0;
  };
  std::size_t most_;
  std::uint64_t turns_ = 0;
  std::vector<kept> kept_;
};

TEST(pending_shelf, does_what_a_plain_list_does) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<int>(random() % n); };
    const std::size_t most = 1 + static_cast<std::size_t>(below(8));
    pending_shelf s(most);
    naive_shelf slow(most);
    std::vector<pending_name> names;
    std::int64_t now = 0;
    for (int i = 0; i < 150; ++i) {
      const int what = below(10);
      if (what < 5) {
        const auto why = static_cast<wait_reason>(below(3));
        auto d = one(s, why, now + below(20), below(3));
        d.what = fired_at(below(3), below(2) == 0 ? "u" : "v");
        d.filter = below(2) == 0 ? "calm" : "busy";
        names.push_back(d.name);
        const auto gone = slow.add(d);
        const auto really = s.add(std::move(d));
        EXPECT_EQ(really ? std::optional(really->name.number) : std::nullopt, gone);
      } else if (what < 8 && !names.empty()) {
        auto name =
            names[static_cast<std::size_t>(below(static_cast<std::uint32_t>(names.size())))];
        if (below(5) == 0) ++name.round;
        const answer said{answer::kind::pass};
        EXPECT_EQ(s.hear(name, said), slow.hear(name, said));
      } else {
        now += below(8);
        const auto take = static_cast<std::size_t>(1 + below(4));
        EXPECT_EQ(numbers(s.take(from_ms(now), from_ms(now + 3), take)),
                  slow.take(from_ms(now), from_ms(now + 3), take));
      }
      EXPECT_EQ(s.size(), slow.size());
      for (const auto* user : {"u", "v"})
        EXPECT_EQ(s.holds_of(key_of("user", user)), slow.holds_of({"user", user}));
      EXPECT_EQ(s.any_due(from_ms(now), from_ms(now)), slow.any_due(from_ms(now), from_ms(now)));
    }
  }
}

}  // namespace
}  // namespace beckon::epoch
