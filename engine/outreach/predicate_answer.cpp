#include "engine/outreach/predicate_answer.hpp"

#include <algorithm>

namespace beckon::outreach {
namespace {

constexpr std::size_t most_words = 32;
constexpr std::size_t longest_word = 32;
constexpr std::size_t most_values = 16;
constexpr std::size_t longest_text = 200;
constexpr std::string_view values_prefix = "values.";
constexpr std::string_view our_prefix = "ask";

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= longest_word &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

/// The text up to 200 bytes, not ending within a character.
std::string shortened(const std::string& text) {
  if (text.size() <= longest_text) return text;
  std::size_t end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

value bounded(const value& v) {
  if (v.as_list() != nullptr) return shortened(to_display(v));
  return v.as_text() == nullptr ? v : value(shortened(*v.as_text()));
}

field_list values_of(const field_list& body) {
  field_list kept;
  for (const field& f : body) {
    if (!f.name.starts_with(values_prefix) || kept.size() == most_values) continue;
    kept.push_back({shortened(f.name.substr(values_prefix.size())), bounded(f.content)});
  }
  return kept;
}

}  // namespace

std::string_view to_string(no_answer why) noexcept {
  constexpr std::string_view words[] = {"ask_timeout", "ask_unreachable", "ask_too_large",
                                        "ask_status",  "ask_bad_answer",  "ask_breaker_open",
                                        "ask_down"};
  return words[static_cast<std::size_t>(why)];
}

predicate_answer read_predicate_answer(int status, const result<field_list>& body) {
  if (status == 204) return {};
  if (status != 200) return {no_answer::status, {}};
  if (!body) return {no_answer::bad_answer, {}};
  const value* pass = find_field(*body, "pass");
  if (pass == nullptr || pass->as_boolean() == nullptr) return {no_answer::bad_answer, {}};
  predicate_answer out;
  out.said.pass = *pass->as_boolean();
  out.said.values = values_of(*body);
  if (out.said.pass) return out;
  const value* reason = find_field(*body, "reason");
  const std::string* word = reason == nullptr ? nullptr : reason->as_text();
  out.said.reason = word == nullptr ? "refused" : *word;
  return out;
}

std::string reason_words::of(std::string_view said) {
  if (known_.contains(said)) return std::string(said);
  const bool ours = said.starts_with(our_prefix) || said == "filter_down";
  if (!is_word(said) || ours || known_.size() == most_words) return "refused";
  return *known_.emplace(said).first;
}

}  // namespace beckon::outreach
