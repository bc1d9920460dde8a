// TEST blocks: what is given, when, and what must fire; JSON with bare keys.
#include "engine/language/parser.hpp"

#include <algorithm>
#include <charconv>

#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr int deepest_json = 8;
constexpr std::int64_t day = std::int64_t{24} * 3600 * 1000;
constexpr std::string_view offset_hint =
    "an offset is [Nd ]HH:MM:SS[.mmm], for example 1d 00:30:00";

/// The digits of `text` from `at` on as a number; nullopt unless exactly `digits` stand there.
std::optional<std::int64_t> fixed(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  std::int64_t number = 0;
  const char* end = text.data() + at + digits;
  const auto parsed = std::from_chars(text.data() + at, end, number);
  return parsed.ec == std::errc{} && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

}  // namespace

void parser::test(test_syntax& out) {
  const telling_of here(*this, topic::test);
  out.at = peek().at;
  skip();
  if (peek().kind == token_kind::title) {
    out.title = peek().text;
    skip();
  } else {
    unexpected("the test's title in double quotes");
  }
  if (take_word("STARTS")) {
    const position at = peek().at;
    out.starts = placed_name{time_text(), at};
  }
  bool complete = false;
  if (lost_) recover_in_test();
  while (!complete && !at_end() && head_here() != head::test) {
    complete = test_line(out);
    if (lost_) recover_in_test();
  }
  if (!complete) {
    out_.error(behind(), "the test has no EXPECT", "EXPECT NOTHING, or EXPECT FIRE …", topic::test);
  }
  if (complete && !at_end() && head_here() != head::test) {
    unexpected("TEST or the end of the file", "EXPECT is the last line of a test");
    while (!at_end() && head_here() != head::test) skip();
  }
}

/// One line of a test; true when it was EXPECT, the last.
bool parser::test_line(test_syntax& out) {
  const position at = peek().at;
  if (take_word("EXPECT")) {
    out.expect_at = at;
    expectations(out);
    return true;
  }
  if (take_word("UNTIL")) {
    if (out.until) fail(at, "UNTIL is written twice");
    out.until = offset();
    out.until_at = at;
    return false;
  }
  const telling_of here(*this, topic::given);
  given_syntax line{.at = at};
  if (take_word("GIVEN")) {
    line.row = true;
    line.name = name("user");
    line.content = json();
  } else if (peek().kind == token_kind::clock || peek().kind == token_kind::integer) {
    line.offset = offset();
    line.name = name("an event");
    if (at_symbol("{")) line.content = json();
  } else {
    unexpected("an offset, GIVEN, UNTIL or EXPECT", std::string(offset_hint));
  }
  if (!lost_) out.given.push_back(std::move(line));
  return false;
}

void parser::recover_in_test() {
  while (!at_end() && head_here() != head::test) {
    const bool line = peek().kind == token_kind::clock || at_word("GIVEN") || at_word("EXPECT");
    if (line && peek().first_on_line) break;
    skip();
  }
  lost_ = false;
}

duration parser::offset() {
  duration days{};
  if (peek().kind == token_kind::integer) {
    const std::int64_t count = whole_number("an offset");
    if (!take_word("d") || count > 3660) {
      fail(behind(), "this is no offset", std::string(offset_hint));
      return {};
    }
    days = duration{count * day};
  }
  if (peek().kind != token_kind::clock || lost_) {
    unexpected("an offset", std::string(offset_hint));
    return {};
  }
  const duration time = clock(peek());
  skip();
  return days + time;
}

duration parser::clock(const token& t) {
  const std::string_view text = t.text;
  const auto hours = fixed(text, 0, 2), minutes = fixed(text, 3, 2), seconds = fixed(text, 6, 2);
  const std::size_t fraction_digits = text.size() > 9 ? text.size() - 9 : 0;
  auto fraction =
      fraction_digits == 0 ? std::optional<std::int64_t>(0) : fixed(text, 9, fraction_digits);
  const bool shaped = text.size() >= 8 && text[2] == ':' && text[5] == ':' &&
                      (text.size() == 8 || (text[8] == '.' && fraction_digits >= 1)) &&
                      fraction_digits <= 3;
  if (!shaped || !hours || !minutes || !seconds || !fraction || *minutes > 59 || *seconds > 59) {
    fail(t.at, "this is no offset", std::string(offset_hint));
    return {};
  }
  for (std::size_t i = fraction_digits; i < 3; ++i) *fraction *= 10;
  return duration{((*hours * 60 + *minutes) * 60 + *seconds) * 1000 + *fraction};
}

void parser::expectations(test_syntax& out) {
  if (take_word("NOTHING")) return;
  if (!at_word("FIRE")) return unexpected("NOTHING or FIRE behind EXPECT");
  while (!lost_ && at_word("FIRE")) out.expected.push_back(expected());
}

expected_syntax parser::expected() {
  expected_syntax out{.at = peek().at};
  skip();
  if (take_word("AT")) out.offset = offset();
  if (take_word("FOR")) {
    const token& t = peek();
    const bool names = t.kind == token_kind::name || t.kind == token_kind::quoted_name ||
                       t.kind == token_kind::text || t.kind == token_kind::title ||
                       t.kind == token_kind::integer;
    if (names && !lost_) {
      out.subject_id = t.text;
      skip();
    } else {
      unexpected("the subject's id");
    }
  }
  if (at_symbol("{")) out.content = json();
  return out;
}

json_object parser::json() {
  json_object out;
  if (!expect_symbol("{", "the attributes stand in {…}")) return out;
  if (take_symbol("}")) return out;
  do {
    json_member member;
    const token& key = peek();
    if (lost_ || (key.kind != token_kind::name && key.kind != token_kind::quoted_name &&
                  key.kind != token_kind::title)) {
      unexpected("an attribute's name");
      return out;
    }
    member.key = {key.text, key.at};
    const bool twice = std::any_of(out.begin(), out.end(), [&](const json_member& m) {
      return m.key.text == member.key.text;
    });
    if (twice) fail(key.at, shown(key.text) + " is given twice");
    skip();
    expect_symbol(":");
    member.content_at = peek().at;
    member.content = json_value(0);
    if (!lost_) out.push_back(std::move(member));
  } while (take_symbol(","));
  expect_symbol("}");
  return out;
}

value parser::json_value(int depth) {
  const token& t = peek();
  if (lost_) return {};
  if (t.kind == token_kind::title) {
    std::string text = t.text;
    skip();
    return value(std::move(text));
  }
  if (take_word("true")) return value(true);
  if (take_word("false")) return value(false);
  if (take_word("null")) return {};
  const bool negative = take_symbol("-");
  if (peek().kind == token_kind::integer || peek().kind == token_kind::real) {
    value number = number_operand(negative).literal;
    if (number.as_span() != nullptr) fail(behind(), "a duration stands in double quotes in JSON");
    return number;
  }
  if (!negative && at_symbol("[")) return json_list(depth);
  if (at_symbol("{")) {
    fail(peek().at, "attributes hold no objects", "give its fields as attributes of their own");
  } else {
    unexpected("a JSON value",
               peek().kind == token_kind::text ? "JSON's texts stand in \"…\"" : "");
  }
  return {};
}

value parser::json_list(int depth) {
  value_list items;
  const position at = peek().at;
  skip();
  if (depth >= deepest_json) fail(at, "lists are nested too deeply");
  if (take_symbol("]")) return value(std::move(items));
  do {
    items.push_back(json_value(depth + 1));
    if (items.size() > most_parts) fail(at, "this list is too long");
  } while (take_symbol(","));
  expect_symbol("]");
  return value(std::move(items));
}

}  // namespace beckon::language
