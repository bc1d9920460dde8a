#include "engine/language/printed_test.hpp"

#include <algorithm>
#include <array>

#include "engine/language/canonical.hpp"
#include "engine/language/utf8.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

bool is_bare(std::string_view key) {
  const auto letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !key.empty() && !digit(key[0]) && std::all_of(key.begin(), key.end(), [&](char c) {
    return letter(c) || digit(c) || c == '_';
  });
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t own = utf8_length(text);
  return own < width ? text + std::string(width - own, ' ') : text;
}

std::string digits(std::int64_t number, std::size_t least) {
  std::string out = std::to_string(number);
  return out.size() < least ? std::string(least - out.size(), '0') + out : out;
}

/// [Nd ]HH:MM:SS[.mmm].
std::string offset_text(duration offset) {
  constexpr std::int64_t hour = 3'600'000, day = 24 * hour;
  const std::int64_t ms = offset.count();
  std::string out = ms >= day ? std::to_string(ms / day) + "d " : "";
  out += digits(ms % day / hour, 2) + ":" + digits(ms % hour / 60'000, 2) + ":" +
         digits(ms % 60'000 / 1000, 2);
  return ms % 1000 == 0 ? out : out + "." + digits(ms % 1000, 3);
}

std::string json(const value& v) {
  if (v.is_null()) return "null";
  if (const bool* b = v.as_boolean()) return *b ? "true" : "false";
  if (const std::string* text = v.as_text()) return printed_title(*text);
  const value_list* list = v.as_list();
  if (list == nullptr) return canonical_literal(v);
  std::string out;
  for (const value& item : *list) out += (out.empty() ? "" : ", ") + json(item);
  return "[" + out + "]";
}

std::string json(const json_object& members) {
  std::string out;
  for (const json_member& m : members) {
    const std::string& key = m.key.text;
    out += (out.empty() ? "" : ", ") + (is_bare(key) ? key : printed_title(key)) + ": " +
           json(m.content);
  }
  return "{" + out + "}";
}

/// Columns the events' lines of one test share.
struct columns {
  std::size_t offset = 0, name = 0;

  explicit columns(const test_syntax& test) {
    for (const given_syntax& g : test.given) {
      if (g.row) continue;
      offset = std::max(offset, offset_text(g.offset).size());
      if (!g.content.empty()) name = std::max(name, utf8_length(written_name(g.name.text)));
    }
  }
};

std::string given(const given_syntax& g, const columns& wide) {
  const std::string name = written_name(g.name.text);
  if (g.row) return "GIVEN " + name + " " + json(g.content);
  const std::string offset = padded(offset_text(g.offset), wide.offset) + " ";
  return g.content.empty() ? offset + name
                           : offset + padded(name, wide.name) + " " + json(g.content);
}

std::string fire(const expected_syntax& e) {
  std::string out = "FIRE";
  if (e.offset) out += " AT " + offset_text(*e.offset);
  const std::string& id = e.subject_id;
  const bool number =
      !id.empty() && std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!id.empty()) out += " FOR " + (is_bare(id) || number ? id : printed_title(id));
  return e.content.empty() ? out : out + " " + json(e.content);
}

}  // namespace

std::string printed_title(std::string_view text) {
  static constexpr std::string_view letters = "\"\\bfnrt", meanings = "\"\\\b\f\n\r\t";
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t known = meanings.find(c);
    if (known != std::string_view::npos) {
      out += '\\';
      out += letters[known];
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::vector<printed_item> printed_test(const test_syntax& test) {
  const std::string starts = test.starts ? " STARTS " + canonical_literal(test.starts->text) : "";
  std::vector<printed_item> out{
      {.at = test.at, .text = "TEST " + printed_title(test.title) + starts, .test = true}};
  const auto line = [&](position at, std::string text) {
    out.push_back({.at = at, .text = "  " + std::move(text), .indent = 2, .continuation = 6});
  };
  const columns wide(test);
  for (const given_syntax& g : test.given) line(g.at, given(g, wide));
  if (test.until) line(test.until_at, "UNTIL " + offset_text(*test.until));
  if (test.expected.empty()) line(test.expect_at, "EXPECT NOTHING");
  for (std::size_t i = 0; i < test.expected.size(); ++i) {
    const expected_syntax& e = test.expected[i];
    line(i == 0 ? test.expect_at : e.at, (i == 0 ? "EXPECT " : "       ") + fire(e));
  }
  return out;
}

}  // namespace beckon::language
