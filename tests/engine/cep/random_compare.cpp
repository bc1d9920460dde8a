#include "tests/engine/cep/random_compare.hpp"

#include <algorithm>

#include "tests/engine/cep/oracle.hpp"
#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

std::string show_line(const std::string& key, timestamp t, bool deadline, withheld why,
                 const std::string& last_id, const field_list& returns) {
  std::string text = std::to_string(to_ms(t)) + (deadline ? " by deadline" : " by " + last_id) +
                     " key '" + key + "'";
  constexpr const char* reasons[] = {"", " !condition", " !fire_limit", " !inactive"};
  text += reasons[static_cast<std::size_t>(why)];
  for (const field& f : returns) text += " " + f.name + "=" + to_display(f.content);
  return text + "\n";
}

}  // namespace

std::string show(const std::vector<oracle_firing>& fired) {
  std::string text;
  for (const auto& f : fired)
    text += show_line(f.key, f.time, f.by_deadline, f.why, f.last_id, f.returns);
  return text;
}

std::string show(const std::vector<match>& matches, const language::checked_rule& version) {
  std::string text;
  for (const auto& m : matches) {
    if (m.rule.get() == &version)
      text += show_line(m.key, m.time, m.by_deadline, m.why, m.last_id, m.returns);
  }
  return text;
}

std::string show_state(timestamp next, bool empty) {
  return (next == never ? "never" : std::to_string(to_ms(next))) + (empty ? ", empty" : "");
}

std::shared_ptr<const language::checked_rule> compiled_or_null(const std::string& text) {
  return language::compile(text, "random.rule", {small_catalogue(), nullptr, "UTC"}).rule;
}

std::vector<std::string> types_named(
    const std::vector<std::shared_ptr<const language::checked_rule>>& rules) {
  std::vector<std::string> names;
  const auto add = [&](const language::event_pattern& p) {
    for (const event_type_id t : p.types) names.emplace_back(small_catalogue()->name(t));
  };
  for (const auto& rule : rules) {
    for (const language::clause& c : rule->clauses) {
      if (const auto* w = std::get_if<language::wait>(&c)) {
        add(w->cancelled_by);
        continue;
      }
      const auto& s = std::get<language::step>(c);
      for (int times = s.how == language::quantity::one ? 2 : 4; times > 0; --times) add(s.pattern);
      for (const auto& l : s.look_backs) add(l.pattern);
      for (const auto& n : s.interruptions) add(n.pattern);
    }
    for (const auto& u : rule->unless) add(u);
  }
  return names;
}

namespace {

/// Plays a world; `problem` says the first disagreement.
class play {
 public:
  explicit play(const random_world& w)
      : world_(w), set_(rule_set::build(small_catalogue(), w.rules)) {
    const std::string kind = w.of_item ? "item" : "user";
    stored_.emplace(set_, "s", kind);
    choosy_.emplace(set_, "s", kind);
    for (const auto& rule : w.rules)
      oracles_.emplace_back(*rule, *small_catalogue()).profile = &profile_;
  }

  void run() {
    for (const input& in : world_.inputs) {
      feed(in);
      if (in.store_after) stored_->store_and_load();
      check_state(in);
      if (!problem.empty()) return;
    }
    for (std::size_t i = 0; i < world_.rules.size(); ++i) check_firings(i);
  }

  void count_in(tally& t) const {
    t.compared += world_.rules.empty() ? 0 : 1;
    t.refused += world_.refused;
    t.compiled += static_cast<int>(world_.rules.size());
    for (const oracle& o : oracles_) {
      t.firings += static_cast<int>(o.fired.size());
      for (const auto& f : o.fired) t.deadlines += f.by_deadline ? 1 : 0;
      for (const auto& f : o.fired) t.withheld += f.why != withheld::no ? 1 : 0;
      t.silent += o.fired.empty() ? 1 : 0;
      t.overflowed += o.overflowed ? 1 : 0;
    }
  }

  std::string problem;

 private:
  void feed(const input& in) {
    const std::int64_t clock = to_ms(in.clock_before) / 1000;
    stored_->settle(clock);
    choosy_->settle(clock);
    for (oracle& o : oracles_) o.settle(in.clock_before);
    if (in.only_profile) {
      for (field_list* p : {&profile_, &stored_->profile, &choosy_->profile}) {
        set_field(*p, "muted", true);
        set_field(*p, "level", in.level);
      }
    }
    if (in.only_clock || in.only_profile) return;
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
    const std::string expected = show_state(next, empty);
    const std::string got = show_state(stored_->state.next_deadline(), stored_->state.empty());
    const std::string where = after.only_clock ? "the clock" : after.content.id;
    if (got != expected) {
      problem = "state after " + where + ": next deadline " + got + ", the oracle's " + expected;
      return;
    }
    if (stored_->state.encode() != choosy_->state.encode())
      problem = "state after " + where + " differs where only what interests is given";
  }

  void check_firings(std::size_t rule) {
    if (!problem.empty()) return;
    const std::string& name = world_.rules[rule]->name;
    const oracle& o = oracles_[rule];
    const std::string expected = show(o.fired);
    const std::string got = show(stored_->matches, *world_.rules[rule]);
    if (got != expected) {
      problem = name + " matched\n" + got + "the oracle\n" + expected;
    } else if (show(choosy_->matches, *world_.rules[rule]) != expected) {
      problem = name + " matched where only what interests is given\n" +
                show(choosy_->matches, *world_.rules[rule]) + "the oracle\n" + expected;
    } else if (!o.overflowed && o.missed > 0 && !may_miss(*world_.rules[rule])) {
      problem = name + ": a run that was replaced fitted better than the one kept";
    }
  }

  /// UNTIL asks only the run that is kept, and an older one might have answered; of sums that can
  /// shrink a newer run may have the earlier start.
  bool may_miss(const language::checked_rule& rule) const {
    const auto is_until = [](const language::capture& c) {
      return c.what == language::taken::until;
    };
    return world_.extreme || std::any_of(rule.captures.begin(), rule.captures.end(), is_until);
  }

  const random_world& world_;
  std::shared_ptr<const rule_set> set_;
  std::optional<one_subject> stored_;
  std::optional<one_subject> choosy_;
  std::deque<oracle> oracles_;
  field_list profile_;
};

/// Without line `line` of its text, if there is one and the rest is a rule.
bool leave_out_line(random_world& w, std::size_t rule, std::size_t line) {
  std::string& text = w.texts[rule];
  std::size_t from = 0;
  for (std::size_t i = 0; i < line && from != std::string::npos; ++i) {
    from = text.find('\n', from);
    if (from != std::string::npos) ++from;
  }
  if (from == std::string::npos || from >= text.size()) return false;
  text.erase(from, text.find('\n', from) - from + 1);
  w.rules[rule] = compiled_or_null(text);
  return true;
}

bool still_disagrees(const random_world& w) {
  const bool whole = std::all_of(w.rules.begin(), w.rules.end(), [&](const auto& r) {
    return r != nullptr && (r->subject_kind == "item") == w.of_item;
  });
  return whole && !disagreement(w).empty();
}

bool shrink_once(random_world& w) {
  bool smaller = false;
  const auto try_it = [&](random_world candidate) {
    if (!still_disagrees(candidate)) return false;
    w = std::move(candidate);
    return smaller = true;
  };
  for (std::size_t i = w.rules.size(); i-- > 0 && w.rules.size() > 1;) {
    random_world c = w;
    c.rules.erase(c.rules.begin() + static_cast<std::ptrdiff_t>(i));
    c.texts.erase(c.texts.begin() + static_cast<std::ptrdiff_t>(i));
    try_it(std::move(c));
  }
  for (std::size_t i = w.inputs.size(); i-- > 0;) {
    random_world c = w;
    c.inputs.erase(c.inputs.begin() + static_cast<std::ptrdiff_t>(i));
    if (try_it(std::move(c)) || !w.inputs[i].store_after) continue;
    c = w;
    c.inputs[i].store_after = false;
    try_it(std::move(c));
  }
  for (std::size_t r = 0; r < w.rules.size(); ++r) {
    for (std::size_t line = 0;; ++line) {
      random_world c = w;
      if (!leave_out_line(c, r, line)) break;
      if (try_it(std::move(c))) --line;
    }
  }
  return smaller;
}

}  // namespace

random_world::random_world(std::uint64_t seed_of) : seed(seed_of) {
  dice d(seed);
  of_item = d.chance(8);
  const int count = 1 + d.below(3);
  for (int i = 0; i < count; ++i) {
    std::string text = random_rule(d, "r" + std::to_string(i), of_item);
    auto rule = compiled_or_null(text);
    if (rule == nullptr) {
      ++refused;
      continue;
    }
    texts.push_back(std::move(text));
    rules.push_back(std::move(rule));
  }
  extreme = d.chance(12);
  inputs = random_inputs(d, types_named(rules), extreme);
}

std::string disagreement(const random_world& w, tally* t) {
  play p(w);
  p.run();
  if (t != nullptr) p.count_in(*t);
  return p.problem;
}

random_world shrunk(random_world w) {
  while (shrink_once(w)) {
  }
  return w;
}

std::string describe(const random_world& w) {
  std::string text = "seed " + std::to_string(w.seed) + (w.of_item ? ", of an item\n" : "\n");
  for (const std::string& t : w.texts) text += t;
  return text + describe(w.inputs);
}

}  // namespace beckon::cep::testing
