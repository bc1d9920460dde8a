// The rule itself: its clauses, their order, and where to go on after an error.
#include <algorithm>
#include <array>

#include "engine/language/parser.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

struct stray_word {
  std::string_view word, hint;
};
/// Words that are right elsewhere in a rule.
constexpr std::array<stray_word, 9> stray_words{{
    {"WHERE", "WHERE stands directly behind the events it tests, before FOR and UNTIL"},
    {"WITHIN", "WITHIN belongs to a WHEN or THEN step; ALL WITHIN to the whole rule"},
    {"AS", "AS stands directly behind the events of a WHEN or THEN step"},
    {"FOR", "FOR d follows BUT NOT events; FOR user follows the rule's name"},
    {"AT", "AT LEAST n TIMES belongs to a WHEN or THEN step"},
    {"AND", "THEN joins steps; AND joins conditions inside WHERE and IF"},
    {"OR", "OR joins events directly, before AS and WHERE"},
    {"NEXT", "write THEN NEXT"},
    {"NOT", "write BUT NOT"},
}};

/// THEN NEXT is the keyword when an event follows; else `next` is the event.
bool names_event(const token& t) {
  return t.kind == token_kind::quoted_name ||
         (t.kind == token_kind::name && !is_structural(t.text));
}

constexpr std::array<std::string_view, 17> head_names{
    "",           "RULE",   "FOR", "SAME",       "ACTIVE", "WHEN",    "THEN",   "BUT NOT", "WAIT",
    "ALL WITHIN", "UNLESS", "IF",  "KEEP FIRST", "FIRE",   "TO EACH", "RETURN", "TEST"};

}  // namespace

parser::head parser::head_here() const {
  const token& t = peek();
  if (t.kind != token_kind::name) return head::none;
  const auto follows = [&](std::string_view word) { return at_word(word, 1); };
  const bool before_name =
      peek(1).kind == token_kind::name || peek(1).kind == token_kind::quoted_name;
  if ((at_word("RULE") || at_word("RULENAME")) && before_name) return head::rule;
  if (at_word("FOR") && before_name) return head::subject;
  if (at_word("SAME") && before_name) return head::same;
  if (at_word("ACTIVE") && follows("FROM")) return head::active;
  if (at_word("WHEN") || (at_word("EVENT") && before_name)) return head::when;
  if (at_word("THEN")) return head::then;
  if (at_word("BUT")) return head::but_not;
  if (at_word("WAIT")) return head::wait;
  if (at_word("ALL") && follows("WITHIN")) return head::all_within;
  if (at_word("UNLESS")) return head::unless;
  if (at_word("IF")) return head::condition;
  if (at_word("KEEP") && follows("FIRST")) return head::keep_first;
  if (at_word("FIRE")) return head::fire;
  if (at_word("TO") && follows("EACH")) return head::to_each;
  if (at_word("RETURN")) return head::returns;
  const bool titled = peek(1).kind == token_kind::title;
  if (at_word("TEST") && (titled || t.first_on_line)) return head::test;
  return head::none;
}

topic parser::topic_of(head h) {
  static constexpr std::array<topic, head_names.size()> topics{
      topic::clauses, topic::rule,      topic::subject,    topic::same, topic::active,
      topic::step,    topic::step,      topic::but_not,    topic::wait, topic::all_within,
      topic::unless,  topic::condition, topic::keep_first, topic::fire, topic::to_each,
      topic::returns, topic::test};
  return topics[static_cast<std::size_t>(h)];
}

/// Goes to the next clause after an error.
void parser::recover() {
  while (!at_end()) {
    if (at_word("CASE")) ++cases_;
    if (cases_ > 0 && at_word("END")) --cases_;
    const head h = head_here();
    const bool inside_case = cases_ > 0 && !peek().first_on_line;
    if (h != head::none && !inside_case) break;
    skip();
  }
  cases_ = 0;
  depth_ = 0;
  lost_ = false;
}

void parser::rule(rule_syntax& out) {
  begin_rule(out);
  if (lost_) recover();
  while (!at_end()) {
    const head h = head_here();
    if (h == head::test) break;
    if (h == head::none) {
      const telling_of here(*this, topic::clauses);
      stray();
    } else {
      clause(h, out);
    }
    if (lost_) recover();
  }
  require_clauses(out);
}

void parser::begin_rule(rule_syntax& out) {
  if (head_here() != head::rule) {
    unexpected("RULE name", "a rule file begins with RULE name \"title\"");
    return;
  }
  out.heads.push_back(peek().at);
  skip();
  last_ = head::rule;
  seen_ |= 1U << static_cast<unsigned>(head::rule);
  out.name = name("the rule's name");
  if (peek().kind == token_kind::title && !lost_) {
    out.title = peek().text;
    skip();
  }
}

void parser::clause(head h, rule_syntax& out) {
  const position at = peek().at;
  const telling_of here(*this, topic_of(h));
  if (!in_order(h, at)) return skip();
  out.heads.push_back(at);
  skip();
  const auto next_clause = [&](clause_kind kind) -> clause_syntax& {
    out.clauses.emplace_back().kind = kind;
    out.clauses.back().at = at;
    return out.clauses.back();
  };
  switch (h) {
    case head::subject:
      return subject(out);
    case head::same:
      out.same = attributes();
      return;
    case head::active:
      skip();
      out.active = active_syntax{at, {}, {}};
      return active(out);
    case head::when:
      return step(next_clause(clause_kind::when));
    case head::then: {
      clause_syntax& c = next_clause(clause_kind::then);
      c.next_at = peek().at;
      c.next = at_word("NEXT") && names_event(peek(1));
      if (c.next) skip();
      return step(c);
    }
    case head::but_not:
      expect_word("NOT", "write BUT NOT event FOR 10 min");
      return but_not(next_clause(clause_kind::absence));
    case head::wait:
      return wait(next_clause(clause_kind::pause));
    default:
      return late_clause(h, out);
  }
}

/// Clauses behind the steps.
void parser::late_clause(head h, rule_syntax& out) {
  const position at = tokens_[next_ - 1].at;
  switch (h) {
    case head::all_within:
      skip();
      out.all_within = length();
      return;
    case head::unless:
      return pattern(out.unless.emplace_back());
    case head::condition:
      out.condition = expression();
      return;
    case head::keep_first:
      out.keep_first = at;
      return skip();
    case head::fire:
      return fire(out.fire);
    case head::to_each:
      skip();
      out.to_each = name("a relation");
      return;
    default:
      return returns(out);
  }
}

/// Notes the clause; reports one that comes twice or too late. False: it is not to be parsed at
/// all.
bool parser::in_order(head h, position at) {
  const auto bit = [](head x) { return 1U << static_cast<unsigned>(x); };
  const std::string shown_name(head_names[static_cast<std::size_t>(h)]);
  if (h == head::rule) {
    about_ = topic::rule;
    fail(at, "one file holds one rule", "put this rule into a file of its own");
    next_ = tokens_.size() - 1;  // what follows belongs to that rule
    return false;
  }
  const bool is_clause = h >= head::then && h <= head::wait;
  const bool repeats = is_clause || h == head::unless;
  const head rank = is_clause ? head::then : h;
  if ((seen_ & bit(h)) != 0 && !repeats) {
    out_.error(at, shown_name + " is written twice",
               h == head::when ? "the next step begins with THEN" : "", topic::clauses);
  } else if (rank < last_) {
    out_.error(
        at,
        shown_name + " stands behind " + std::string(head_names[static_cast<std::size_t>(last_)]),
        "the order is RULE, FOR, SAME, ACTIVE, WHEN, THEN / BUT NOT / WAIT, ALL WITHIN, "
        "UNLESS, IF, KEEP FIRST, FIRE, TO EACH, RETURN, TEST",
        topic::clauses);
  }
  last_ = std::max(last_, rank);
  seen_ |= bit(h);
  return true;
}

void parser::require_clauses(const rule_syntax& out) {
  const auto saw = [&](head h) { return (seen_ & (1U << static_cast<unsigned>(h))) != 0; };
  if (!saw(head::rule)) return;  // reported, and the file may be something else altogether
  if (!saw(head::when)) {
    out_.error(out.name.at, "the rule has no WHEN", "WHEN event says what it waits for",
               topic::rule);
  }
  if (!saw(head::fire)) {
    out_.error(behind(), "the rule has no FIRE: it must say how often it may fire",
               "add FIRE ONCE PER 7 days, FIRE ONCE, FIRE ONCE PER attribute or FIRE EVERY TIME",
               topic::fire);
  }
}

void parser::subject(rule_syntax& out) {
  out.subject = name("user");
  if (take_word("BY")) out.by = attribute();
}

void parser::active(rule_syntax& out) {
  out.active->from = time_text();
  if (take_word("TO")) out.active->to = time_text();
}

void parser::fire(fire_syntax& out) {
  out.at = peek().at;
  static constexpr std::string_view choices =
      "FIRE ONCE, FIRE ONCE PER 7 days, FIRE ONCE PER attribute or FIRE EVERY TIME";
  if (take_word("EVERY")) {
    out.kind = fire_kind::every_time;
    expect_word("TIME", choices);
    return;
  }
  if (!expect_word("ONCE", choices)) return;
  out.kind = fire_kind::once;
  if (!take_word("PER")) return;
  if (peek().kind == token_kind::integer || peek().kind == token_kind::real) {
    out.kind = fire_kind::once_per_duration;
    out.per = length();
    return;
  }
  out.kind = fire_kind::once_per_attributes;
  out.attributes = attributes();
  if (take_word("WITHIN")) out.per = length();
}

void parser::returns(rule_syntax& out) {
  do {
    return_syntax& item = out.returns.emplace_back();
    item.content = expression();
    if (take_word("AS")) item.name = name("a name for the returned value");
  } while (take_symbol(","));
}

void parser::stray() {
  const token& t = peek();
  const auto known = std::find_if(stray_words.begin(), stray_words.end(), [&](const stray_word& s) {
    return t.kind == token_kind::name && same_word(t.text, s.word);
  });
  std::string hint = known == stray_words.end() ? "" : std::string(known->hint);
  if (hint.empty() && t.kind == token_kind::name) {
    static const std::vector<std::string> heads(head_names.begin() + 1, head_names.end());
    std::string upper = t.text;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    hint = suggest(upper, heads);
  }
  unexpected(last_ < head::when ? "WHEN" : "a clause (THEN, BUT NOT, UNLESS, IF, FIRE, …)",
             std::move(hint));
  skip();
}

}  // namespace beckon::language
