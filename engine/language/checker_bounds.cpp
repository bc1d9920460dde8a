// Every wait and window has an end (language.md, Meaning 9); and what a rule says without effect.
#include <algorithm>

#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {

void checker::active() {
  if (!rule_.active) return;
  const active_syntax& a = *rule_.active;
  const auto time = [&](const std::string& text) -> std::optional<timestamp> {
    const result<timestamp> parsed = parse_time(text, env_.zone);
    if (parsed) return *parsed;
    out_.error(a.at, shown(text) + " is no time: " + parsed.error().message,
               "write '2024-11-11 00:00 +08:00'; without an offset it is in " + env_.zone,
               topic::active);
    return std::nullopt;
  };
  const auto from = time(a.from);
  const auto to = a.to ? time(*a.to) : never;
  if (!from || !to) return;
  if (*from >= *to) {
    out_.error(a.at, "ACTIVE ends before it begins", "TO must be later than FROM",
               topic::active_period);
    return;
  }
  made_->active = active_period{*from, *to};
}

/// Every window and every THEN needs an end: its WITHIN, else ALL WITHIN, else ACTIVE … TO, else
/// what the catalogue keeps.
void checker::bound(const clause_syntax& c, std::size_t index, step& s) {
  const bool first = index == 0;
  const bool counts = s.how != quantity::one;
  if (first && !counts) {
    if (c.quantity.kind != quantity_kind::none || !c.length) return;
    out_.warn(c.length->at, "WITHIN has no effect here: the step is a single event",
              "WITHIN bounds a count, or a step behind THEN", topic::bounds);
    return;
  }
  if (c.length && rule_.all_within && c.length->length > rule_.all_within->length) {
    out_.warn(c.length->at,
              "WITHIN " + written_duration(c.length->length) + " has no effect: ALL WITHIN " +
                  written_duration(rule_.all_within->length) + " is shorter",
              {}, topic::bounds);
  }
  if (c.length) return;
  if (rule_.all_within) {
    if (first) s.within = rule_.all_within->length;
    return;
  }
  if (rule_.active && rule_.active->to) return;
  s.within = retention(types_[index]);
  if (!s.within) unbounded(c, first);
}

void checker::unbounded(const clause_syntax& c, bool first) {
  const std::string hint =
      std::string("add WITHIN 30 min behind the step, or ALL WITHIN 2 h behind the last step") +
      (rule_.active ? ", or TO behind ACTIVE FROM" : "");
  if (first) {
    out_.error(c.quantity.at, "nothing bounds the window in which the events are counted", hint,
               topic::bounds);
  } else {
    out_.error(c.at, "nothing bounds how long the rule waits for this THEN", hint, topic::bounds);
  }
}

/// The shortest time for which the catalogue keeps the events, where it says so for all of them.
std::optional<duration> checker::retention(const type_list& types) const {
  std::optional<duration> least;
  for (const event_type_id type : types.types) {
    const auto& own = events_.declaration(type).retention;
    if (!own) return std::nullopt;
    least = least ? std::min(*least, *own) : *own;
  }
  return least;
}

void checker::without_effect() {
  const bool waits = std::any_of(made_->clauses.begin(), made_->clauses.end(),
                                 [](const clause& c) { return std::holds_alternative<wait>(c); });
  if (rule_.keep_first && !waits) {
    out_.warn(*rule_.keep_first, "KEEP FIRST has no effect: the rule has no wait",
              "it says which anchor a wait counts from: BUT NOT event FOR d, or WAIT d",
              topic::keep_first);
  }
  const auto* only = made_->clauses.size() == 1 ? std::get_if<step>(&made_->clauses[0]) : nullptr;
  if (only == nullptr || rule_.clauses[0].quantity.kind != quantity_kind::none) return;
  if (rule_.all_within) {
    out_.warn(rule_.all_within->at, "ALL WITHIN has no effect here: the rule is a single event", {},
              topic::all_within);
  }
  for (const pattern_syntax& p : rule_.unless) {
    out_.warn(p.at, "UNLESS has no effect here: a rule of a single event has nothing to end",
              "to ask for what came before, write BUT NOT event IN THE LAST 24 h", topic::unless);
  }
}

}  // namespace beckon::language
