#include "adapters/yaml/source_text.hpp"

#include <algorithm>
#include <utility>

#include "adapters/yaml/yaml.hpp"

namespace beckon::adapters {
namespace {

constexpr std::size_t longest_shown_line = 200;

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

/// Bytes of the UTF-8 character that starts at `i`; 0 when there is none (RFC 3629: no overlong
/// forms, no surrogates).
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const unsigned char first = byte_at(text, i);
  const unsigned char second = byte_at(text, i + 1);
  const auto follows = [&](std::size_t k) { return (byte_at(text, i + k) & 0xC0) == 0x80; };
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return !overlong && !surrogate && follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool beyond = first == 0xF4 && second > 0x8F;
    return !overlong && !beyond && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// Bytes of the quoted text at the start of `text`, quotes included; 0 when it is never closed.
std::size_t quoted_length(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return 0;
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7F;
}

}  // namespace

source_text::source_text(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines_.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

std::string_view source_text::line(int number) const noexcept {
  if (number < 1 || static_cast<std::size_t>(number) > lines_.size()) return {};
  return lines_[static_cast<std::size_t>(number) - 1];
}

char source_text::character(int number, int column) const noexcept {
  const std::string_view found = line(number);
  if (column < 1 || static_cast<std::size_t>(column) > found.size()) return '\0';
  return found[static_cast<std::size_t>(column) - 1];
}

std::string_view source_text::from(int number, int column) const noexcept {
  const std::string_view found = line(number);
  if (column < 1 || static_cast<std::size_t>(column) > found.size()) return {};
  return text_.substr(static_cast<std::size_t>(found.data() - text_.data()) +
                      static_cast<std::size_t>(column) - 1);
}

bool source_text::closes_quote(int number, int column) const noexcept {
  const std::string_view rest = from(number, column);
  return rest.empty() || !is_quote(rest.front()) || quoted_length(rest) > 0;
}

bool source_text::has_colon(int number, int column, std::size_t length) const noexcept {
  std::string_view rest = from(number, column);
  if (!rest.empty() && is_quote(rest.front())) length = quoted_length(rest);
  rest.remove_prefix(std::min(length, rest.size()));
  const std::size_t next = rest.find_first_not_of(" \t");
  return next != std::string_view::npos && rest[next] == ':';
}

problem source_text::at(int number, int column, std::string message, std::string hint) const {
  problem out{file_, number, column, std::move(message), std::move(hint)};
  std::string_view shown = line(number);
  if (shown.ends_with('\r')) shown.remove_suffix(1);
  const bool printable = std::none_of(shown.begin(), shown.end(), is_control);
  if (printable && shown.size() <= longest_shown_line) out.source_line = shown;
  return out;
}

bool source_text::check_line(int number, problems& out) const {
  const std::string_view found = line(number);
  bool indenting = true;
  for (std::size_t i = 0; i < found.size();) {
    const int column = static_cast<int>(i) + 1;
    const std::size_t length = utf8_length(found, i);
    if (length == 0) {
      out.push_back({file_, number, column, "the file is not UTF-8 here", "save it as UTF-8"});
      return false;
    }
    if (is_control(found[i])) {
      out.push_back(at(number, column, "a control character cannot stand here",
                       "in a double-quoted text write it as \\x.."));
      return false;
    }
    if (indenting && found[i] == '\t') {
      out.push_back(at(number, column, "a tab cannot indent", "indent with spaces"));
      return false;
    }
    indenting = indenting && found[i] == ' ';
    i += length;
  }
  return true;
}

bool source_text::check(problems& out) const {
  const std::size_t before = out.size();
  for (std::size_t i = 0; i < lines_.size() && out.size() - before < yaml_most_problems; ++i) {
    check_line(static_cast<int>(i) + 1, out);
  }
  return out.size() == before;
}

}  // namespace beckon::adapters
