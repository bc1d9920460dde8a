// Random rules over random inputs: the matcher against the oracle, with many ties, late events,
// keys, clock advances and states stored and loaded at random places.
#include <cstdlib>
#include <deque>

#include <gtest/gtest.h>

#include "tests/engine/cep/oracle.hpp"
#include "tests/engine/cep/random_worlds.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

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

struct tally {
  int compared = 0;
  int refused = 0;
  int firings = 0;
  int deadlines = 0;
  int overflowed = 0;
};

/// Up to three rules and one sequence of inputs; a matcher that is stored and loaded at random, one
/// that is given only what its interest asks for, and an oracle per rule.
class world {
 public:
  explicit world(std::uint64_t seed) : dice_(seed), text_("seed " + std::to_string(seed) + "\n") {
    const int count = 1 + dice_.below(3);
    for (int i = 0; i < count; ++i) add_rule("r" + std::to_string(i));
    inputs_ = random_inputs(dice_);
    text_ += describe(inputs_);
    set_ = rule_set::build(small_catalogue(), rules_);
    stored_.emplace(set_);
    choosy_.emplace(set_);
    for (const auto& rule : rules_)
      oracles_.emplace_back(*rule, *small_catalogue()).profile = &profile_;
  }

  void run() {
    for (const input& in : inputs_) {
      feed(in);
      if (dice_.chance(30)) stored_->store_and_load();
      check_state(in);
      if (::testing::Test::HasFatalFailure()) return;
    }
    for (std::size_t i = 0; i < rules_.size(); ++i) check_firings(i);
  }

  void count_in(tally& t) const {
    t.compared += rules_.empty() ? 0 : 1;
    t.refused += refused_;
    for (const oracle& o : oracles_) {
      t.firings += static_cast<int>(o.fired.size());
      for (const auto& f : o.fired) t.deadlines += f.by_deadline ? 1 : 0;
      t.overflowed += o.overflowed ? 1 : 0;
    }
  }

 private:
  void add_rule(const std::string& name) {
    const std::string text = random_rule(dice_, name);
    auto rule = language::compile(text, "random.rule", {small_catalogue(), nullptr, "UTC"}).rule;
    if (rule == nullptr) {
      ++refused_;
      return;
    }
    text_ += text + "\n";
    rules_.push_back(std::move(rule));
  }

  void feed(const input& in) {
    const std::int64_t clock = to_ms(in.clock_before) / 1000;
    stored_->settle(clock);
    choosy_->settle(clock);
    for (oracle& o : oracles_) o.settle(in.clock_before);
    if (in.only_profile) {
      for (field_list* p : {&profile_, &stored_->profile, &choosy_->profile})
        set_field(*p, "muted", true);
    }
    if (in.only_clock) return;
    stored_->feed(in.content, clock);
    const interest_bits bits = choosy_->state.interest(*set_) & set_->interest_of(in.content.type);
    if (bits != 0 || set_->can_begin(in.content)) choosy_->feed(in.content, clock);
    for (oracle& o : oracles_) o.judge(in.content);
  }

  void check_state(const input& after) {
    timestamp next = never;
    bool empty = true;
    for (const oracle& o : oracles_) {
      next = std::min(next, o.next_deadline());
      empty = empty && o.empty();
    }
    const std::string where = text_ + "after " + after.content.id;
    ASSERT_EQ(to_ms(stored_->state.next_deadline()), to_ms(next)) << where;
    ASSERT_EQ(stored_->state.empty(), empty) << where;
    ASSERT_EQ(stored_->state.encode(), choosy_->state.encode()) << where;
  }

  void check_firings(std::size_t rule) {
    const std::string& name = rules_[rule]->name;
    const oracle& o = oracles_[rule];
    ASSERT_EQ(show(stored_->matches, name), show(o.fired)) << text_;
    ASSERT_EQ(show(choosy_->matches, name), show(o.fired)) << text_;
    ASSERT_EQ(o.overflowed ? 0 : o.missed, 0) << text_;
  }

  dice dice_;
  std::string text_;
  int refused_ = 0;
  std::vector<std::shared_ptr<const language::checked_rule>> rules_;
  std::deque<input> inputs_;
  std::shared_ptr<const rule_set> set_;
  std::optional<one_subject> stored_;
  std::optional<one_subject> choosy_;
  std::deque<oracle> oracles_;
  field_list profile_;
};

TEST(random_rules, agree_with_the_oracle) {
  const char* asked = std::getenv("BECKON_RANDOM_WORLDS");
  const std::uint64_t worlds = asked == nullptr ? 10000 : std::strtoull(asked, nullptr, 10);
  tally t;
  for (std::uint64_t seed = 1; seed <= worlds && !HasFatalFailure(); ++seed) {
    world w(seed);
    w.run();
    w.count_in(t);
  }
  std::printf(
      "worlds %d, rules refused %d, firings %d (%d by deadline), rules that overflowed %d\n",
      t.compared, t.refused, t.firings, t.deadlines, t.overflowed);
  EXPECT_GT(static_cast<std::uint64_t>(t.compared), worlds / 2);
  EXPECT_GT(static_cast<std::uint64_t>(t.firings), worlds / 4);
  EXPECT_GT(static_cast<std::uint64_t>(t.deadlines), worlds / 20);
}

}  // namespace
}  // namespace beckon::cep::testing
