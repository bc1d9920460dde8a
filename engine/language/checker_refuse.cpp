// What the language has and this version does not judge yet: said at its place, with what to write
// instead.
#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {

void checker::unsupported(position at, std::string_view what, std::string hint) {
  out_.error(at, std::string(what) + " is not supported by this version", std::move(hint));
}

void checker::refuse_unsupported() {
  if (rule_.subject.given() && !same_word(rule_.subject.text, "user")) {
    if (events_.entity(rule_.subject.text) != nullptr) {
      unsupported(rule_.subject.at, "FOR " + rule_.subject.text,
                  "rules watch users: FOR user, or FOR user BY attribute");
    } else {
      out_.error(rule_.subject.at, "there is no entity " + shown(rule_.subject.text),
                 "write FOR user");
    }
  }
  if (rule_.active) {
    unsupported(
        rule_.active->at, "ACTIVE",
        "compare the time in each step: WHERE event.time >= TIME '…' AND event.time < TIME '…'");
  }
  for (const clause_syntax& c : rule_.clauses) refuse_clause(c);
  if (rule_.keep_first) {
    unsupported(*rule_.keep_first, "KEEP FIRST", "without it a wait counts from its latest anchor");
  }
  if (rule_.to_each.given()) {
    unsupported(rule_.to_each.at, "TO EACH", "the rule fires for the user it watches");
  }
}

void checker::refuse_clause(const clause_syntax& c) {
  if (c.next) {
    unsupported(
        c.next_at, "THEN NEXT",
        "use THEN event WITHIN d; or AT LEAST n TIMES IN A ROW for repetitions of one event");
  }
  if (c.quantity.kind == quantity_kind::sum) {
    unsupported(c.quantity.at, "SUM", "count events instead: AT LEAST n TIMES WHERE amount >= …");
  }
  if (c.quantity.also) {
    unsupported(c.quantity.also->at, "AND " + c.quantity.also->function,
                "put the condition on each event behind WHERE");
  }
  if (c.until) {
    unsupported(c.at, "UNTIL … AT MOST", "wait for a fixed time: BUT NOT event FOR 2 h");
    return;
  }
  switch (c.kind) {
    case clause_kind::pause:
      unsupported(c.at, "WAIT", "BUT NOT event FOR d waits as well, for an event that stays away");
      return;
    case clause_kind::look_back:
      unsupported(c.at, "BUT NOT … IN THE LAST",
                  "ask the profile: IF coalesce(days_since(user.last_order_at), 9999) >= 1");
      return;
    case clause_kind::in_between:
      unsupported(
          c.at, "BUT NOT between two steps",
          "add FOR d to wait for its absence, or write UNLESS event, which ends the rule's runs");
      return;
    default:
      return;
  }
}

}  // namespace beckon::language
