#include "engine/outreach/template_parser.hpp"

#include <algorithm>
#include <charconv>

#include "engine/base/settings.hpp"

namespace beckon::outreach {
namespace {

using call = text_template::call;

constexpr std::size_t longest_truncate = 10'000;

struct filter_name {
  std::string_view name;
  call::kind what;
  bool takes_argument;
};
constexpr filter_name filters[] = {{"default", call::kind::otherwise, true},
                                   {"upcase", call::kind::upcase, false},
                                   {"downcase", call::kind::downcase, false},
                                   {"truncate", call::kind::truncate, true}};

const filter_name* find_filter(std::string_view name) {
  for (const filter_name& f : filters) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

std::string hint_for_filter(std::string_view name) {
  std::vector<std::string> known;
  for (const filter_name& f : filters) known.emplace_back(f.name);
  const std::string near = nearest(name, known);
  return near.empty() ? "known filters: default, upcase, downcase, truncate"
                      : "did you mean '" + near + "'?";
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Letters, '_' and everything beyond ASCII; digits too where a name goes on.
bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

template_parser::template_parser(std::string_view text, std::vector<std::string>& texts,
                                 std::vector<text_template::slot>& slots,
                                 std::vector<template_fault>& faults)
    : text_(text), texts_(texts), slots_(slots), faults_(faults) {}

void template_parser::run() {
  texts_.emplace_back();
  while (!ends()) {
    if (next_is("{{")) {
      slot();
    } else {
      literal();
    }
  }
}

void template_parser::skip_blanks() noexcept {
  while (!ends() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
}

void template_parser::literal() {
  if (next_is("}}")) {
    fault(at_, "'}}' without '{{'", "to send these characters write {{ \"}}\" }}");
    at_ += 2;
  } else if (next_is("{%")) {
    fault(at_, "tags ({% … %}) are not supported", "to send these characters write {{ \"{%\" }}");
    at_ += 2;
  } else {
    texts_.back() += text_[at_++];
  }
}

void template_parser::slot() {
  opened_ = at_;
  at_ += 2;
  text_template::slot found;
  bool right = source(found);
  for (skip_blanks(); right && !ends() && text_[at_] == '|'; skip_blanks()) {
    ++at_;
    right = filter(found);
  }
  if (right && !next_is("}}")) {
    right = ends() ? fault(opened_, "'{{' without '}}'")
                   : fault(at_, "'}}' or '|' must stand here",
                           "write {{ name }} or {{ name | default: \"…\" }}");
  }
  if (!right) return resume();
  at_ += 2;
  slots_.push_back(std::move(found));
  texts_.emplace_back();
}

bool template_parser::source(text_template::slot& out) {
  skip_blanks();
  out.offset = at_;
  if (ends()) return fault(opened_, "'{{' without '}}'");
  if (text_[at_] == '"' || text_[at_] == '\'') {
    auto text = quoted();
    if (text) out.literal = std::move(*text);
    return text.has_value();
  }
  out.variable = name(true);
  if (!out.variable.empty()) return true;
  return fault(at_,
               next_is("}}") ? "'{{ }}' names no variable" : "a variable's name must stand here",
               "write {{ name }} or {{ name | default: \"…\" }}");
}

bool template_parser::filter(text_template::slot& out) {
  skip_blanks();
  const std::size_t start = at_;
  const std::string_view word = name(false);
  if (word.empty()) {
    return fault(ends() ? opened_ : at_, "a filter's name must follow '|'", hint_for_filter(word));
  }
  const filter_name* known = find_filter(word);
  if (known == nullptr) {
    return fault(start, "there is no filter '" + std::string(word) + "'", hint_for_filter(word));
  }
  call made{known->what};
  skip_blanks();
  const bool given = !ends() && text_[at_] == ':';
  if (given != known->takes_argument) {
    return fault(start,
                 "'" + std::string(word) + (given ? "' takes no argument" : "' needs an argument"),
                 given ? "" : "write " + std::string(word) + ": …");
  }
  if (given && !argument(word, made)) return false;
  out.calls.push_back(std::move(made));
  return true;
}

bool template_parser::argument(std::string_view filter_name, call& out) {
  ++at_;
  skip_blanks();
  const std::size_t start = at_;
  if (out.what == call::kind::otherwise && !ends() && (text_[at_] == '"' || text_[at_] == '\'')) {
    auto text = quoted();
    if (text) out.text = std::move(*text);
    return text.has_value();
  }
  const std::string_view digits = number();
  if (out.what == call::kind::otherwise) {
    out.text = digits;
    return !digits.empty() ||
           fault(start, "the argument of 'default' must be a text in quotes or a number");
  }
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.length);
  if (failed == std::errc{} && end == digits.data() + digits.size() && out.length >= 1 &&
      out.length <= longest_truncate) {
    return true;
  }
  return fault(start, "the argument of '" + std::string(filter_name) +
                          "' must be a whole number from 1 to " + std::to_string(longest_truncate));
}

std::optional<std::string> template_parser::quoted() {
  const std::size_t start = at_;
  const std::size_t end = text_.find(text_[start], start + 1);
  if (end == std::string_view::npos) {
    fault(start, "this text has no closing quote");
    return std::nullopt;
  }
  at_ = end + 1;
  return std::string(text_.substr(start + 1, end - start - 1));
}

std::string_view template_parser::name(bool with_dots) {
  const std::size_t start = at_;
  bool may_be_digit = false;
  while (!ends() && in_name(text_[at_]) && (may_be_digit || !is_digit(text_[at_]))) {
    may_be_digit = true;
    ++at_;
    const bool dot = with_dots && next_is(".") && at_ + 1 < text_.size() && in_name(text_[at_ + 1]);
    if (dot) ++at_;
  }
  return text_.substr(start, at_ - start);
}

std::string_view template_parser::number() {
  const std::size_t start = at_;
  if (next_is("-")) ++at_;
  const std::size_t digits = at_;
  while (!ends() && (is_digit(text_[at_]) || (text_[at_] == '.' && at_ > digits))) ++at_;
  return at_ == digits ? std::string_view() : text_.substr(start, at_ - start);
}

bool template_parser::fault(std::size_t offset, std::string message, std::string hint) {
  faults_.push_back({offset, std::move(message), std::move(hint)});
  return false;
}

/// After a fault inside {{ … }}: goes on behind its end, or at the next slot when it has none.
void template_parser::resume() {
  const std::size_t end = text_.find("}}", opened_ + 2);
  const std::size_t next = text_.find("{{", opened_ + 2);
  at_ = std::min(end == std::string_view::npos ? text_.size() : end + 2,
                 next == std::string_view::npos ? text_.size() : next);
}

}  // namespace beckon::outreach
