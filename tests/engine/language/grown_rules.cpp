#include "tests/engine/language/grown_rules.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

namespace beckon::language::testing {
namespace {

using words = std::vector<std::string>;

/// Grows one file, part by part. Every part is text that parses where it stands.
class grower {
 public:
  explicit grower(std::mt19937& random) : random_(random) {}

  std::string expression(int depth);
  std::string file();

 private:
  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  int number(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most)); }
  std::string of(const words& choices) { return choices[random_() % choices.size()]; }
  std::string maybe(int percent, const std::string& text) { return chance(percent) ? text : ""; }

  std::string name() {
    return of({"order_id", "amount", "x",     "Order", "`Order Completed`",
               "`where`",  "sum",    "to",    "each",  "active",
               "keep",     "all",    "event", "test",  "days",
               "same",     "`租房`", "rule",  "first", "last",
               "wait",     "`any`",  "row",   "user",  "item",
               "time",     "`1a`",   "d"});
  }
  std::string attribute() { return maybe(20, "event . ") + name(); }
  std::string attributes() { return attribute() + maybe(30, " , " + attribute()); }
  std::string span() {
    return std::to_string(1 + number(100)) + " " +
           of({"ms", "s", "sec", "second", "min", "mins", "minutes", "h", "hours", "day", "days",
               "week", "weeks"});
  }
  std::string real() { return of({"1.5", "2e3", "0.1", "12345678.25", "1e-7", "3.0"}); }
  std::string plain_number() {
    return maybe(30, "- ") + (chance(50) ? real() : of({"0", "7", "1000"}));
  }
  std::string text() {
    return of({"'a'", "''", "'it''s'", "'租房|rent'", "'-- no comment'", "'\"'"});
  }
  std::string title() {
    return of({R"("a title")", R"("")", R"("a \"b\" \\ \n \u0007 租")", R"("-- '")", R"("é")"});
  }
  std::string comparison() { return of({" = ", " != ", " < ", " <= ", " > ", " >= "}); }
  std::string time() { return "'2024-11-11 00:00 +08:00'"; }

  std::string leaf();
  std::string case_text(int depth);
  std::string predicate(int depth);
  std::string events();
  std::string where() { return maybe(50, " WHERE " + expression(number(4))); }
  std::string quantity();
  std::string step();
  std::string clause();
  std::string fire();
  std::string returns();
  std::string json_value(int depth);
  std::string json();
  std::string offset();
  std::string test();
  std::string scattered(const std::string& text);
  std::string gap();

  std::mt19937& random_;
};

std::string grower::leaf() {
  switch (number(11)) {
    case 0:
      return real();
    case 1:
      return of({"0", "42", "9223372036854775807", "- 9223372036854775808"});
    case 2:
      return text();
    case 3:
      return of({"TRUE", "FALSE", "NULL", "now", "now ( )"});
    case 4:
      return "TIME " + time();
    case 5:
      return span();
    case 6:
      return maybe(50, "- ") + (chance(50) ? span() : real());
    case 7:
      return "user IN AUDIENCE " + name();
    case 8:
      return name() + " . " + name();
    default:
      return name();
  }
}

std::string grower::case_text(int depth) {
  std::string out = "CASE " + maybe(40, expression(depth) + " ");
  for (int i = number(3); i >= 0; --i) {
    out += "WHEN " + expression(depth) + " THEN " + expression(depth) + " ";
  }
  return out + maybe(50, "ELSE " + expression(depth) + " ") + "END";
}

std::string grower::predicate(int depth) {
  const std::string left = "( " + expression(depth) + " )", no = maybe(40, " NOT");
  switch (number(6)) {
    case 0:
      return left + " IS" + no + of({" NULL", " TRUE"});
    case 1:
      return left + no + " IN ( " + expression(depth) + " , " + expression(depth) + " )";
    case 2:
      return left + no + " IN LIST " + name();
    case 3:
      return left + no + " IN " + name() + " . " + name();
    case 4:
      return left + no + " BETWEEN ( " + expression(depth) + " ) AND ( " + expression(depth) + " )";
    default:
      return left + no + of({" LIKE ", " MATCHES "}) + text();
  }
}

std::string grower::expression(int depth) {
  if (depth <= 0) return leaf();
  const auto part = [&] { return expression(depth - 1); };
  switch (number(9)) {
    case 0:
      return "( " + part() + " )" + of({" + ", " - ", " * ", " / ", " % "}) + "( " + part() + " )";
    case 1:
      return "( " + part() + " )" + comparison() + "( " + part() + " )";
    case 2:
      return "( " + part() + " ) AND ( " + part() + " ) AND NOT " + part();
    case 3:
      return "( " + part() + " ) OR ( " + part() + " )";
    case 4:
      return "NOT ( " + part() + " )";
    case 5:
      return "- ( " + part() + " )";
    case 6:
      return case_text(depth - 1);
    case 7:
      return of({"coalesce", "Abs", "count", "hash_bucket", "nothing_known"}) + " ( " + part() +
             maybe(50, " , " + part()) + " )";
    default:
      return predicate(depth - 1);
  }
}

std::string grower::events() {
  if (chance(10)) return "ANY EVENT";
  return name() + maybe(30, " OR " + name() + maybe(30, " OR " + name()));
}

std::string grower::quantity() {
  const std::string count = std::to_string(1 + number(9));
  const std::string also = maybe(
      30, " AND " + of({"AVG ", "MIN ", "MAX "}) + attribute() + comparison() + plain_number());
  switch (number(4)) {
    case 0:
      return "AT LEAST " + count + " TIMES" + maybe(30, " IN A ROW") + also;
    case 1:
      return "AT LEAST " + count + " DIFFERENT " + attribute() + also;
    case 2:
      return "REPEAT " + count + also;
    default:
      return "SUM amount" + of({" >= ", " > "}) + plain_number() + also;
  }
}

std::string grower::step() {
  words parts{maybe(50, " " + quantity()), where(), maybe(50, " WITHIN " + span())};
  std::shuffle(parts.begin(), parts.end(), random_);
  std::string out = events() + maybe(50, " AS " + name());
  for (const std::string& part : parts) out += part;
  return out;
}

std::string grower::clause() {
  const std::string until = " UNTIL " + expression(2) + " AT MOST " + span();
  switch (number(7)) {
    case 0:
      return "WAIT" + (chance(50) ? " " + span() : until);
    case 1:
      return "BUT NOT " + events() + where() + " FOR " + span();
    case 2:
      return "BUT NOT " + events() + where() + until;
    case 3:
      return "BUT NOT " + events() + where() + " IN THE LAST " + span();
    case 4:
      return "BUT NOT " + events() + where();
    default:
      return "THEN " + maybe(30, "NEXT ") + step();
  }
}

std::string grower::fire() {
  switch (number(4)) {
    case 0:
      return "FIRE ONCE";
    case 1:
      return "FIRE ONCE PER " + span();
    case 2:
      return "FIRE ONCE PER " + attributes() + maybe(50, " WITHIN " + span());
    default:
      return "FIRE EVERY TIME";
  }
}

std::string grower::returns() {
  std::string out = "RETURN ";
  for (int i = number(8); i >= 0; --i) {
    out += expression(number(4)) + maybe(60, " AS " + name()) + (i > 0 ? " , " : "");
  }
  return out;
}

std::string grower::json_value(int depth) {
  switch (number(depth > 0 ? 7 : 6)) {
    case 0:
      return title();
    case 1:
      return of({"true", "FALSE", "null"});
    case 2:
      return plain_number();
    case 6:
      return "[ " + json_value(depth - 1) + maybe(50, " , " + json_value(0)) + " ]";
    default:
      return of({"1", "\"x\"", "[ ]", "- 5"});
  }
}

std::string grower::json() {
  std::string out = "{ ";
  for (int i = number(4); i > 0; --i) {  // a number in each key keeps them apart
    const std::string key = of({"a", "amount_", "`b c`", "\"d.e\"", "event_"});
    const bool quoted = key.back() == '`' || key.back() == '"';
    out += quoted ? key.substr(0, key.size() - 1) + std::to_string(i) + key.back()
                  : key + std::to_string(i);
    out += " : " + json_value(2) + (i > 1 ? " , " : "");
  }
  return out + " }";
}

std::string grower::offset() {
  return maybe(30, std::to_string(number(40)) + " d ") +
         of({"00:00:00", "00:30:00.5", "23:59:59.999", "48:00:01", "00:00:00.070"});
}

std::string grower::test() {
  std::string out = "TEST " + title() + maybe(30, " STARTS " + time());
  const bool until = chance(30);
  const int lines = number(5), until_at = number(lines + 1);
  for (int i = 0; i < lines; ++i) {
    if (until && i == until_at) out += " UNTIL " + offset();
    out += chance(30) ? " GIVEN " + name() + " " + json()
                      : " " + offset() + " " + name() + maybe(70, " " + json());
  }
  if (until && until_at == lines) out += " UNTIL " + offset();
  if (chance(50)) return out + " EXPECT NOTHING";
  out += " EXPECT";
  for (int i = number(3); i >= 0; --i) {
    out += " FIRE" + maybe(50, " AT " + offset()) +
           maybe(30, " FOR " + of({"u1", "'u 1'", "\"ü\"", "007", "`x y`", "FIRE"})) +
           maybe(50, " " + json());
  }
  return out;
}

std::string grower::gap() {
  switch (number(40)) {
    case 0:
      return "\n";
    case 1:
      return "\n\n  ";
    case 2:
      return "   -- said behind\n";
    case 3:
      return "\n\t-- said above '\"`\r\n";
    case 4:
      return "\n\n--\n\n\n-- two\n\n";
    default:
      return chance(10) ? " \t " : " ";
  }
}

/// The same words, with other blanks, comments and cases of keywords.
std::string grower::scattered(const std::string& text) {
  std::string out = maybe(20, "-- head\n\n");
  char quote = 0;
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escaped = quote == '"' && text[i - 1] == '\\' && text[i - 2] != '\\';
    if (quote == 0 ? c == '\'' || c == '"' || c == '`' : c == quote && !escaped) {
      quote = quote == 0 ? c : '\0';
    }
    if (c == ' ' && quote == 0) {
      out += gap();
    } else {
      out += c;
    }
  }
  return out + gap() + maybe(10, "-- the end");
}

std::string grower::file() {
  std::string out = of({"RULE ", "rule ", "RuleName "}) + of({"r", "pay_1", "`a-b.c`"}) +
                    maybe(60, " " + title());
  out +=
      maybe(30, " FOR " + of({"user", "USER", "item", "`list`"}) + maybe(50, " BY " + attribute()));
  out += maybe(40, " SAME " + attributes());
  out += maybe(30, " ACTIVE FROM " + time() + maybe(50, " TO " + time()));
  out += of({" WHEN ", " when ", " EVENT "}) + step();
  for (int i = number(4); i > 0; --i) out += " " + clause();
  out += maybe(30, " ALL WITHIN " + span());
  for (int i = number(3); i > 0; --i) out += " UNLESS " + events() + where();
  out += maybe(50, " IF " + expression(5)) + maybe(30, " keep FIRST") + " " + fire();
  out += maybe(30, " TO EACH " + name()) + maybe(60, " " + returns());
  for (int i = number(4); i > 0; --i) out += " " + test();
  return scattered(out);
}

}  // namespace

std::string grown_expression(std::mt19937& random, int depth) {
  return grower(random).expression(depth);
}

std::string grown_file(std::mt19937& random) {
  return grower(random).file();
}

}  // namespace beckon::language::testing
