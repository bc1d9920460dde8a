// Which chains stand as runs, what a firing ends, and whether it is withheld.
#include <algorithm>

#include "tests/engine/cep/oracle.hpp"

namespace beckon::cep {
namespace {

constexpr std::size_t most_kept = 8;

}  // namespace

// KEEP FIRST: a wait under way is not replaced.
bool oracle::is_held(const history& h, std::size_t at) const {
  if (!rule_.keep_first || at >= rule_.clauses.size() || wait_at(at) == nullptr) return false;
  return std::any_of(h.chains.begin(), h.chains.end(),
                     [&](const chain& c) { return c.done == at && c.standing && !c.dead; });
}

// A wait begins with the event being judged, which completed `step`; for earlier steps it may still
// count itself. What is consumed cannot be the very next event of a NEXT step any more.
void oracle::consume(history& h, std::size_t step) {
  h.window_after = step == 0 ? order_ : order_ - 1;
  h.consumed.push_back({order_, step});
  for (chain& c : h.chains) {
    if (c.dead || step_at(c.done) == nullptr || !step_at(c.done)->next) continue;
    c.dead = counted(h, c, false).size() < counted(h, c, true).size();
  }
}

// Of the chains that are kept as runs; one that is not and began later was missed. Null: none.
const oracle::chain* oracle::latest_start(const std::vector<chain>& made) {
  const chain* kept = nullptr;
  const chain* any = nullptr;
  const auto is_later = [](const chain& c, const chain* than) {
    return than == nullptr || c.start >= than->start;  // of equal starts what came to the step last
  };
  for (const chain& c : made) {
    if (is_later(c, any)) any = &c;
    if (c.standing && is_later(c, kept)) kept = &c;
  }
  if (any != nullptr && !any->standing) ++missed;
  return kept;
}

// Chains that are not the newest stay on record, not standing: they must never be needed. A wait
// keeps but one.
void oracle::put(history& h, std::vector<chain> made) {
  const std::size_t at = made.front().done;
  if (!many_at(at)) {
    const chain* best = latest_start(made);
    for (chain& c : made) {
      c.standing = &c == best;
      if (wait_at(at) != nullptr && &c != best) c.dead = true;
    }
    for (chain& c : h.chains) {
      if (c.done != at || !c.standing) continue;
      c.standing = false;
      if (wait_at(at) != nullptr) c.dead = true;
    }
  }
  for (chain& c : made) h.chains.push_back(c);
  std::vector<chain*> standing;
  for (chain& c : h.chains) {
    if (c.done == at && c.standing && !c.dead) standing.push_back(&c);
  }
  for (std::size_t i = 0; i + most_kept < standing.size(); ++i) {
    standing[i]->dead = true;
    overflowed = true;
  }
}

bool oracle::is_limited(const std::string& values, timestamp at) const {
  const auto& [last_fired, fired_values] = (holder_ != nullptr ? holder_ : this)->limits_;
  const auto over = [&](timestamp fired_at) { return at >= fired_at + rule_.fire.per; };
  switch (rule_.fire.policy) {
    case language::fire_policy::every_time:
      return false;
    case language::fire_policy::once:
      return last_fired && is_active(*last_fired);
    case language::fire_policy::once_per_duration:
      return last_fired && !over(*last_fired);
    case language::fire_policy::once_per_attributes:
      break;
  }
  const auto remembered = fired_values.find(values);
  return remembered != fired_values.end() && !over(remembered->second);
}

void oracle::decide(oracle_firing& f, const chain& c) {
  language::scope s;
  s.captured = c.slots;
  s.profile = profile;
  s.now = f.time;
  std::string values;
  for (const auto& a : rule_.fire.attributes) append_canonical(values, a.evaluate(s));
  if (!is_active(f.time)) {
    f.why = withheld::inactive;
  } else if (rule_.condition != nullptr && !rule_.condition->holds(s)) {
    f.why = withheld::condition;
  } else if (is_limited(values, f.time)) {
    f.why = withheld::fire_limit;
  }
  if (f.why != withheld::no) return;
  for (const auto& r : rule_.returns) f.returns.push_back({r.name, r.content.evaluate(s)});
  if (rule_.fire.policy == language::fire_policy::every_time) return;
  oracle& holder = holder_ != nullptr ? *holder_ : *this;
  if (rule_.fire.policy == language::fire_policy::once_per_attributes) {
    holder.limits_.values[values] = f.time;
  } else {
    holder.limits_.last = f.time;
  }
  if (holder_ != nullptr) holder.clock_ = std::max(holder.clock_, f.time);
}

void oracle::complete(const std::string& key, history& h, const chain& completed, timestamp at,
                      bool by_deadline) {
  const chain c = completed;  // it may be one of those that end
  for (chain& other : h.chains) {
    if (other.began <= c.last) other.dead = true;
  }
  if (!by_deadline) h.window_after = order_;
  oracle_firing f{key, at, by_deadline, c.last_id, withheld::no, {}};
  decide(f, c);
  fired.push_back(std::move(f));
}

}  // namespace beckon::cep
