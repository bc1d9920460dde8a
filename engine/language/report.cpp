#include "engine/language/report.hpp"

#include <algorithm>
#include <tuple>

#include "engine/language/utf8.hpp"

namespace beckon::language {
namespace {

constexpr std::size_t most_problems = 100;
constexpr std::size_t longest_line = 400;  // bytes of source shown with a problem
constexpr std::size_t longest_shown = 60;  // bytes of a quoted word

}  // namespace

reporter::reporter(std::string_view text, std::string_view file) : text_(text), file_(file) {
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

void reporter::error(position at, std::string message, std::string hint, topic broken) {
  ++errors_;
  add(at, std::move(message), std::move(hint), broken, false);
}

void reporter::warn(position at, std::string message, std::string hint, topic broken) {
  add(at, std::move(message), std::move(hint), broken, true);
}

bool reporter::failed_between(position from, position to) const noexcept {
  if (found_.size() >= most_problems) return failed();
  return std::any_of(found_.begin(), found_.end(), [&](const problem& p) {
    const auto at = std::tie(p.line, p.column);
    return !p.warning && at >= std::tie(from.line, from.column) &&
           at < std::tie(to.line, to.column);
  });
}

problems reporter::take() {
  std::stable_sort(found_.begin(), found_.end(), [](const problem& a, const problem& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return std::exchange(found_, {});
}

void reporter::add(position at, std::string message, std::string hint, topic broken, bool warning) {
  if (found_.size() >= most_problems) return;
  found_.push_back(problem{.file = file_,
                           .line = at.line,
                           .column = at.column,
                           .message = std::move(message),
                           .hint = std::move(hint),
                           .warning = warning,
                           .source_line = line(at.line),
                           .length = std::max(at.length, 1),
                           .reference = std::string(reference_of(broken))});
}

std::string reporter::line(int number) const {
  const auto index = static_cast<std::size_t>(number) - 1;
  if (number < 1 || index >= line_starts_.size()) return {};
  const std::size_t begin = line_starts_[index];
  const std::size_t next =
      index + 1 < line_starts_.size() ? line_starts_[index + 1] - 1 : text_.size();
  std::string_view bytes = text_.substr(begin, next - begin);
  if (!bytes.empty() && bytes.back() == '\r') bytes.remove_suffix(1);
  if (bytes.size() > longest_line) return {};
  std::string out;
  while (!bytes.empty()) {  // one character stays one character, so that the caret stands right
    const std::size_t step = utf8_sequence(bytes);
    const bool control = step == 1 && static_cast<unsigned char>(bytes[0]) < 0x20;
    if (step == 0 || control) {
      out += bytes[0] == '\t' ? ' ' : '?';
    } else {
      out += bytes.substr(0, step);
    }
    bytes.remove_prefix(std::max<std::size_t>(step, 1));
  }
  return out;
}

std::string shown(std::string_view text, char quote) {
  std::string out(1, quote);
  std::string_view rest = text;
  while (!rest.empty() && out.size() < longest_shown) {
    const std::size_t step = utf8_step(rest);
    out += rest.substr(0, step);
    rest.remove_prefix(step);
  }
  return out + (rest.empty() ? "" : "…") + quote;
}

std::string suggest(std::string_view word, const std::vector<std::string>& known,
                    std::string otherwise) {
  const std::string near = nearest(word, known);
  return near.empty() ? std::move(otherwise) : "did you mean " + shown(near) + "?";
}

std::string suggest_or_list(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t most_listed = 8;
  std::string all = known.empty() ? "" : "there are: ";
  for (std::size_t i = 0; i < known.size() && i < most_listed; ++i) {
    all += (i > 0 ? ", " : "") + known[i];
  }
  if (known.size() > most_listed) all += ", …";
  return suggest(word, known, all);
}

}  // namespace beckon::language
