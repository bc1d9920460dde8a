#include "adapters/http/ingest/item_texts.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace beckon::adapters {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::string_view blanks = " \t\r\n";

error no_json(std::size_t at) {
  return {errc::invalid, "this is not JSON (byte " + std::to_string(at) + ")"};
}

/// Steps over JSON without reading it.
class stepper {
 public:
  explicit stepper(std::string_view text) : text_(text) {}

  std::size_t position() const noexcept { return at_; }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size()); }
  bool at_end() const noexcept { return at_ >= text_.size(); }
  char next() const noexcept { return at_end() ? '\0' : text_[at_]; }

  /// Steps over the character, if it is the next but for blanks.
  bool take(char wanted) {
    skip_blanks();
    if (next() != wanted) return false;
    ++at_;
    return true;
  }

  /// The text of the next value; nullopt where there is none.
  std::optional<std::string_view> take_value() {
    skip_blanks();
    const std::size_t start = at_;
    const bool whole = next() == '"'                    ? skip_text()
                       : next() == '{' || next() == '[' ? skip_nested()
                                                        : skip_word();
    if (!whole) return std::nullopt;
    return text_.substr(start, at_ - start);
  }

 private:
  bool skip_text() {
    for (++at_; at_ < text_.size(); ++at_) {
      at_ = std::min(text_.find_first_of("\"\\", at_), text_.size());
      if (next() == '"') {
        ++at_;
        return true;
      }
      ++at_;
    }
    return false;
  }

  bool skip_nested() {
    std::string open;
    do {
      at_ = std::min(text_.find_first_of("{}[]\"", at_), text_.size());
      const char c = next();
      if (c == '"') {
        if (!skip_text()) return false;
        continue;
      }
      if (at_end()) return false;
      ++at_;
      if (c == '{' || c == '[') {
        if (open.size() >= deepest) return false;
        open += c == '{' ? '}' : ']';
      } else if (open.back() == c) {
        open.pop_back();
      } else {
        return false;
      }
    } while (!open.empty());
    return true;
  }

  bool skip_word() {
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_of(",]}:\"[{ \t\r\n", at_), text_.size());
    return at_ > start;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The items of the list that begins next.
result<void> split_list(stepper& step, const std::string& pointer, std::size_t most,
                        std::vector<item_text>& out) {
  if (!step.take('[')) return no_json(step.position());
  if (step.take(']')) return {};
  do {
    if (out.size() >= most) {
      return error{errc::exhausted, "a batch has at most " + std::to_string(most) + " items",
                   pointer};
    }
    const auto text = step.take_value();
    if (!text) return no_json(step.position());
    out.push_back({*text, pointer + "/" + std::to_string(out.size())});
  } while (step.take(','));
  return step.take(']') ? result<void>{} : no_json(step.position());
}

result<void> split_object(stepper& step, std::string_view body, std::size_t most, batch_text& out) {
  bool found = false;
  std::size_t copied = 0;
  step.take('{');
  do {
    const auto key = step.take_value();
    if (!key || !key->starts_with('"') || !step.take(':')) return no_json(step.position());
    step.skip_blanks();
    if (found || *key != "\"batch\"" || step.next() != '[') {
      if (!step.take_value()) return no_json(step.position());
      continue;
    }
    found = true;
    out.rest = std::string(body.substr(0, step.position())) + "null";
    if (auto split = split_list(step, "/batch", most, out.items); !split) return split;
    copied = step.position();
  } while (step.take(','));
  if (!step.take('}')) return no_json(step.position());
  if (!found)
    return error{errc::invalid, "a batch is an object with the list 'batch', or a list", "/batch"};
  out.rest += body.substr(copied, step.position() - copied);
  return {};
}

}  // namespace

result<batch_text> split_batch(std::string_view body, std::size_t most) {
  stepper step(body);
  batch_text out;
  step.skip_blanks();
  if (step.next() != '{' && step.next() != '[') {
    return error{errc::invalid, "a batch is an object with the list 'batch', or a list"};
  }
  const auto split = step.next() == '{' ? split_object(step, body, most, out)
                                        : split_list(step, "", most, out.items);
  if (!split) return split.error();
  step.skip_blanks();
  if (!step.at_end()) return no_json(step.position());
  return out;
}

}  // namespace beckon::adapters
