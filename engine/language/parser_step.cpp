// Steps (WHEN, THEN), the three kinds of BUT NOT, and WAIT.
#include "engine/language/parser.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {

void parser::step(clause_syntax& out) {
  events(out.pattern);
  if (take_word("AS")) out.alias = name("an alias");
  while (!lost_ && step_part(out)) {
  }
}

void parser::events(pattern_syntax& out) {
  out.at = peek().at;
  if (at_word("ANY") && at_word("EVENT", 1)) {
    skip();
    skip();
    out.any = true;
    return;
  }
  do {
    out.types.push_back(name("an event"));
    if (!lost_ && at_symbol(".")) {
      fail(peek().at, "an event's name has no dot here",
           "quote a name that holds one: `" + out.types.back().text + ".…`");
    }
    if (out.types.size() > most_parts) {
      fail(out.at, "too long a list of events", "ANY EVENT means all of them");
    }
  } while (take_word("OR"));
}

void parser::pattern(pattern_syntax& out) {
  events(out);
  if (take_word("WHERE")) out.where = expression();
}

/// One of quantity, WHERE, WITHIN; false where none stands here.
bool parser::step_part(clause_syntax& out) {
  const position at = peek().at;
  const auto twice = [&](bool already, std::string_view what) {
    if (already) fail(at, std::string(what) + " is written twice in this step");
  };
  if (take_word("WHERE")) {
    twice(out.pattern.where.has_value(), "WHERE");
    out.pattern.where = expression();
    return true;
  }
  if (take_word("WITHIN")) {
    twice(out.length.has_value(), "WITHIN");
    out.length = length();
    return true;
  }
  const bool sums = at_word("SUM") && peek(1).kind != token_kind::symbol;
  const bool repeats = at_word("REPEAT") && peek(1).kind == token_kind::integer;
  if (!at_word("AT") && !sums && !repeats) return false;
  twice(out.quantity.kind != quantity_kind::none, "a quantity");
  if (!lost_) quantity(out.quantity);
  return true;
}

void parser::quantity(quantity_syntax& out) {
  const telling_of here(*this, topic::quantity);
  out.at = peek().at;
  if (take_word("SUM")) {
    sum(out);
  } else if (take_word("REPEAT")) {
    out.kind = quantity_kind::times;
    out.count_at = peek().at;
    out.count = whole_number("a number");
  } else {
    at_least(out);
  }
  if (!lost_) out.at = up_to_here(out.at);
  if (at_word("AND") && !lost_) aggregate(out);
}

void parser::at_least(quantity_syntax& out) {
  skip();
  if (!expect_word("LEAST", "AT LEAST n TIMES, or AT LEAST n DIFFERENT attribute")) return;
  out.kind = quantity_kind::times;
  out.count_at = peek().at;
  out.count = whole_number("a number");
  if (take_word("DIFFERENT")) {
    out.kind = quantity_kind::different;
    out.attribute = attribute();
  } else if (!expect_word("TIMES", "AT LEAST n TIMES, or AT LEAST n DIFFERENT attribute")) {
    return;
  }
  if (!at_word("IN") || !at_word("A", 1) || lost_) return;
  if (out.kind == quantity_kind::different) {
    return fail(peek().at, "IN A ROW goes with TIMES, not with DIFFERENT",
                "end the row with UNLESS other_event");
  }
  skip();
  skip();
  out.in_a_row = expect_word("ROW");
}

void parser::sum(quantity_syntax& out) {
  out.kind = quantity_kind::sum;
  out.attribute = attribute();
  const auto op = comparison_here();
  if (op != operation::at_least && op != operation::greater) {
    return unexpected(">= or >", "SUM amount >= 100");
  }
  skip();
  out.op = *op;
  out.threshold = signed_number();
}

void parser::aggregate(quantity_syntax& out) {
  aggregate_bound bound;
  skip();
  bound.at = peek().at;
  for (const std::string_view function : {"AVG", "MIN", "MAX"}) {
    if (at_word(function)) bound.function = function;
  }
  if (bound.function.empty()) {
    return unexpected("AVG, MIN or MAX", "conditions on each event stand behind WHERE");
  }
  skip();
  bound.attribute = attribute();
  const auto op = comparison_here();
  if (!op) return unexpected("a comparison", "AND AVG amount >= 20");
  skip();
  bound.op = *op;
  bound.number = signed_number();
  if (!lost_) bound.at = up_to_here(bound.at);
  out.also = std::move(bound);
}

/// Behind BUT NOT: what follows the events says which of the three kinds it is.
void parser::but_not(clause_syntax& out) {
  if (lost_) return;
  pattern(out.pattern);
  if (take_word("FOR")) {
    out.length = length();
  } else if (at_word("UNTIL")) {
    until(out);
  } else if (take_word("IN")) {
    out.kind = clause_kind::look_back;
    if (expect_word("THE") && expect_word("LAST")) out.length = length();
  } else {
    out.kind = clause_kind::in_between;
  }
}

void parser::wait(clause_syntax& out) {
  if (at_word("UNTIL")) return until(out);
  out.length = length();
}

void parser::until(clause_syntax& out) {
  skip();
  out.until = expression();
  const telling_of here(*this, topic::bounds);
  if (expect_word("AT", "UNTIL time AT MOST 30 days: a wait needs a bound") &&
      expect_word("MOST", "UNTIL time AT MOST 30 days: a wait needs a bound")) {
    out.length = length();
  }
}

}  // namespace beckon::language
