// Waits, look-backs and interruptions: WAIT and the three kinds of BUT NOT.
#include <algorithm>
#include <utility>

#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {

void checker::checked_wait(std::size_t index) {
  const clause_syntax& c = rule_.clauses[index];
  wait w;
  if (c.kind == clause_kind::absence) {
    w.cancelled_by = pattern(c.pattern, types_[index], {.clause = index});
  }
  if (c.length) w.length = c.length->length;
  if (c.until) until(c, index, w);
  position_of_.push_back(made_->clauses.size());
  made_->clauses.emplace_back(std::move(w));
}

/// Taken when the step before is complete, so its own slots are known.
void checker::until(const clause_syntax& c, std::size_t index, wait& w) {
  const place where{.clause = index, .bare = step_before_};
  const name_resolver names = [&](const syntax& n) { return resolve_name(n, where); };
  node built = expression_builder(env_, out_, names).build(*c.until);
  if (!built) return;
  const value_type type = built->type;
  const bool null = built->constant() != nullptr && built->constant()->is_null();
  if (null ||
      (type != value_type::time && type != value_type::integer && type != value_type::null)) {
    out_.error(c.until->at,
               "UNTIL needs a time, not " + (null ? "NULL" : "a " + std::string(to_string(type))),
               type == value_type::span ? "add it to a time: event.time + 1 h; or write FOR 1 h"
                                        : "a time, or an int64 of milliseconds since 1970",
               topic::wait);
    return;
  }
  capture slot{position_of_[step_before_], {}, taken::until};
  slot.content = std::make_shared<const expression>(std::move(built));
  w.until = made_->captures.size();
  made_->captures.push_back(std::move(slot));
}

void checker::checked_look_back(std::size_t index) {
  const clause_syntax& c = rule_.clauses[index];
  const std::size_t of = position_of_[step_before_];
  look_back made;
  made.pattern = pattern(c.pattern, types_[index], {.clause = index, .look_back = true});
  if (c.length) made.length = c.length->length;
  position_of_.push_back(of);
  std::get<step>(made_->clauses[of]).look_backs.push_back(std::move(made));
}

void checker::checked_interruption(std::size_t index) {
  const clause_syntax& c = rule_.clauses[index];
  pending_.push_back({pattern(c.pattern, types_[index], {.clause = index}), made_->clauses.size()});
  pending_at_.push_back(c.at);
  position_of_.push_back(position_of_[step_before_]);
}

/// The THEN that the interruptions so far belong to.
void checker::end_interruptions(std::size_t index, step& s) {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (!ends_itself(pending_[i].pattern, types_[index])) continue;
    out_.warn(pending_at_[i], "this BUT NOT ends the rule at every event of the THEN it belongs to",
              "leave the THEN's own event out, or say behind WHERE which ones end the rule",
              topic::but_not);
  }
  s.interruptions = std::exchange(pending_, {});
  pending_at_.clear();
}

/// An event that is both first ends what it would complete.
bool checker::ends_itself(const event_pattern& interrupts, const type_list& types) const {
  return !interrupts.where && !types.types.empty() &&
         std::all_of(types.types.begin(), types.types.end(), [&](event_type_id type) {
           return interrupts.any
                      ? is_any_event(events_.declaration(type))
                      : std::binary_search(interrupts.types.begin(), interrupts.types.end(), type);
         });
}

void checker::interruptions_without_end() {
  for (const position at : pending_at_) {
    out_.error(at, "this BUT NOT has no end: no THEN follows it",
               "say how long: BUT NOT event FOR 10 min waits for its absence, IN THE LAST 24 h "
               "looks back; or add THEN",
               topic::but_not);
  }
}

}  // namespace beckon::language
