// A rule changes, up to three times, at random moments of a random world, each time with reset or
// drain: each version against an oracle of its own, whatever is stored, loaded or left out.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/cep/state.hpp"
#include "tests/engine/cep/random_compare.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

using rule_ptr = std::shared_ptr<const language::checked_rule>;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
  return lines;
}

/// The text with one line less, or one of another rule's in the place of a line or before it.
std::string varied(dice& d, const std::string& text, bool of_item) {
  auto lines = lines_of(text);
  const auto other = lines_of(random_rule(d, "r", of_item));
  const auto at = lines.begin() + 1 + d.below(static_cast<int>(lines.size()) - 1);
  const auto& line =
      other[1 + static_cast<std::size_t>(d.below(static_cast<int>(other.size()) - 1))];
  switch (d.below(3)) {
    case 0:
      lines.erase(at);
      break;
    case 1:
      *at = line;
      break;
    default:
      lines.insert(at, line);
  }
  std::string made;
  for (const std::string& each : lines) made += each;
  return made;
}

struct change {
  std::size_t before = 0;  ///< the input
  rule_ptr to;
  fate what = fate::drain;
  bool forget_oldest = false;  ///< of those that drain
};

struct changing_world {
  explicit changing_world(std::uint64_t seed) {
    dice d(seed);
    of_item = d.chance(8);
    std::string text = random_rule(d, "r", of_item);
    std::vector<rule_ptr> versions;
    const auto add = [&](const std::string& candidate) {
      auto rule = compiled_or_null(candidate);
      const auto same = [&](const rule_ptr& r) { return r->version == rule->version; };
      const bool is_new = rule != nullptr && (rule->subject_kind == "item") == of_item &&
                          std::none_of(versions.begin(), versions.end(), same);
      if (!is_new) return false;
      versions.push_back(std::move(rule));
      text = candidate;
      return true;
    };
    if (!add(text)) return;
    const std::size_t wanted = 2 + static_cast<std::size_t>(d.below(3));
    for (int tries = 0; versions.size() < wanted && tries < 40; ++tries)
      add(d.chance(75) ? varied(d, text, of_item) : random_rule(d, "r", of_item));
    if (versions.size() < 2) return;
    inputs = random_inputs(d, types_named(versions), d.chance(12));
    std::vector<std::size_t> moments;
    for (std::size_t i = 1; i < versions.size(); ++i)
      moments.push_back(static_cast<std::size_t>(d.below(static_cast<int>(inputs.size()))));
    std::sort(moments.begin(), moments.end());
    for (std::size_t i = 1; i < versions.size(); ++i)
      changes.push_back(
          {moments[i - 1], versions[i], d.chance(75) ? fate::drain : fate::reset, d.chance(15)});
    first = versions.front();
  }

  std::string text() const {
    std::string made = first->canonical;
    for (const change& c : changes)
      made += "-- " + std::string(to_string(c.what)) + " before input " + std::to_string(c.before) +
              (c.forget_oldest ? ", the oldest is forgotten\n" : "\n") + c.to->canonical;
    return made + describe(inputs);
  }

  bool of_item = false;
  rule_ptr first;  ///< null: the compiler refuses the text
  std::vector<change> changes;
  std::deque<input> inputs;
};

/// A first step that means the same and keeps the same of its entries.
bool has_same_window(const language::checked_rule& a, const language::checked_rule& b) {
  const auto kept = [](const language::checked_rule& r) {
    std::vector<std::pair<int, attribute_id>> all;
    for (const language::capture& c : r.captures) {
      const bool of_entries = c.what != language::taken::attribute &&
                              c.what != language::taken::until && c.what != language::taken::count;
      if (c.clause == 0 && of_entries) all.emplace_back(static_cast<int>(c.what), c.attribute);
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  return a.all_within == b.all_within && kept(a) == kept(b);
}

bool has_same_first_step(const language::checked_rule& a, const language::checked_rule& b) {
  return std::get<language::step>(a.clauses[0]).structure ==
         std::get<language::step>(b.clauses[0]).structure;
}

class play {
 public:
  explicit play(const changing_world& w) : world_(w) {
    add(w.first);
    const std::string kind = w.of_item ? "item" : "user";
    set_ = rule_set::build(small_catalogue(), {w.first});
    stored_.emplace(set_, "s", kind);
    bound_.emplace(set_, "s", kind);
  }

  /// "", or the first disagreement. A first step that means the same but keeps something else of
  /// its entries is not compared.
  std::string run() {
    std::size_t next = 0;
    for (std::size_t i = 0; i < world_.inputs.size(); ++i) {
      for (; next < world_.changes.size() && world_.changes[next].before == i; ++next) {
        if (!take_up(world_.changes[next])) return "";
      }
      feed(world_.inputs[i]);
      if (world_.inputs[i].store_after) stored_->store_and_load();
      if (auto wrong = wrong_state(); !wrong.empty())
        return "after input " + std::to_string(i) + ": " + wrong;
    }
    compared = true;
    return wrong_firings();
  }

  bool compared = false;
  std::size_t drained = 0;  ///< matches of versions that had been replaced

 private:
  void add(const rule_ptr& rule) {
    versions_.push_back(rule);
    oracles_.emplace_back(*rule, *small_catalogue()).profile = &profile_;
    judging_.push_back(oracles_.size() - 1);
  }

  bool take_up(const change& c) {
    const rule_ptr from = versions_.back();
    const bool same = has_same_first_step(*from, *c.to);
    if (same && !has_same_window(*from, *c.to)) return false;
    if (c.forget_oldest && judging_.size() > 1) forget_oldest();
    const std::size_t replaced = judging_.back();
    add(c.to);
    oracles_[replaced].hand_over(oracles_.back(), same && c.what == fate::drain);
    judging_.pop_back();
    if (c.what == fate::reset) std::erase(judging_, replaced);
    for (const std::size_t old : judging_) oracles_[old].drain(oracles_.back());
    drained -= oracles_[replaced].fired.size();
    judging_.push_back(oracles_.size() - 1);
    former_.push_back({"r", from->version, c.what, c.what == fate::drain ? from : nullptr, {}});
    set_ = rule_set::build(small_catalogue(), {c.to}, {}, former_);
    stored_->store_and_load(set_);
    bound_->rules = set_;
    bound_->settle(0);  // else it would keep what this version does not name for the next
    return true;
  }

  void forget_oldest() {
    const std::size_t oldest = judging_.front();
    judging_.erase(judging_.begin());
    for (former_version& f : former_) {
      if (f.version == versions_[oldest]->version) f.what = fate::reset;
    }
  }

  timestamp next_deadline() const {
    timestamp next = never;
    for (const std::size_t o : judging_) next = std::min(next, oracles_[o].next_deadline());
    return next;
  }

  /// Limits are one: what fires first among the versions limits the others.
  void settle_oracles(timestamp upto) {
    for (timestamp next = next_deadline(); next <= upto && next != never; next = next_deadline()) {
      for (const std::size_t o : judging_) oracles_[o].settle(next);
    }
    for (const std::size_t o : judging_) oracles_[o].settle(upto);
  }

  void feed(const input& in) {
    const std::int64_t clock = to_ms(in.clock_before) / 1000;
    stored_->settle(clock);
    bound_->settle(clock);
    settle_oracles(in.clock_before);
    if (in.only_profile) {
      for (field_list* p : {&profile_, &stored_->profile, &bound_->profile}) {
        set_field(*p, "muted", true);
        set_field(*p, "level", in.level);
      }
    }
    if (in.only_clock || in.only_profile) return;
    stored_->feed(in.content, clock);
    const interest_bits bits = bound_->state.interest(*set_) & set_->interest_of(in.content.type);
    if (bits != 0 || set_->can_begin(in.content)) bound_->feed(in.content, clock);
    for (const std::size_t o : judging_) oracles_[o].judge(in.content);
  }

  std::string wrong_state() const {
    const bool empty = std::all_of(judging_.begin(), judging_.end(),
                                   [this](std::size_t o) { return oracles_[o].empty(); });
    const std::string expected = show_state(next_deadline(), empty);
    const std::string got = show_state(stored_->state.next_deadline(), stored_->state.empty());
    if (got != expected) return "next deadline " + got + ", the oracles' " + expected;
    if (bound_->state.encode() != stored_->state.encode())
      return "the state differs where nothing is stored and only what interests is given";
    return "";
  }

  std::string wrong_firings() {
    for (std::size_t v = 0; v < versions_.size(); ++v) {
      const std::string expected = show(oracles_[v].fired);
      for (const auto* s : {&*stored_, &*bound_}) {
        const std::string got = show(s->matches, *versions_[v]);
        if (got != expected)
          return "version " + std::to_string(v) + " matched\n" + got + "the oracle\n" + expected;
      }
      if (v + 1 < versions_.size()) drained += oracles_[v].fired.size();
    }
    return "";
  }

  const changing_world& world_;
  std::vector<rule_ptr> versions_;
  std::deque<oracle> oracles_;
  std::vector<std::size_t> judging_;  ///< of oracles_: those that drain, then the one in force
  std::vector<former_version> former_;
  std::shared_ptr<const rule_set> set_;
  std::optional<one_subject> stored_;
  std::optional<one_subject> bound_;
  field_list profile_;
};

TEST(random_changes, agree_with_one_oracle_per_version) {
  const char* asked = std::getenv("BECKON_RANDOM_WORLDS");
  const std::uint64_t worlds = asked == nullptr ? 25000 : std::strtoull(asked, nullptr, 10);
  const char* only = std::getenv("BECKON_RANDOM_FIRST");
  const std::uint64_t begin = only == nullptr ? 0 : std::strtoull(only, nullptr, 10);
  std::uint64_t compared = 0;
  std::uint64_t drained = 0;
  for (std::uint64_t seed = begin; seed < begin + worlds; ++seed) {
    const changing_world w(seed);
    if (w.first == nullptr) continue;
    play p(w);
    const std::string wrong = p.run();
    ASSERT_EQ(wrong, "") << "seed " << seed << "\n" << w.text();
    if (!p.compared) continue;
    ++compared;
    drained += p.drained;
  }
  std::cout << compared << " worlds compared, " << drained
            << " matches of versions that had been replaced\n";
  if (worlds < 1000) return;
  EXPECT_GT(compared, worlds / 2);
  EXPECT_GT(drained, worlds / 20);
}

}  // namespace
}  // namespace beckon::cep::testing
