#include "engine/outreach/text_template.hpp"

#include <algorithm>

#include "engine/outreach/template_parser.hpp"

namespace beckon::outreach {
namespace {

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// The first `n` characters of `text`, or all of it.
std::string_view first_characters(std::string_view text, std::size_t n) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!starts_character(text[at])) continue;
    if (n-- == 0) return text.substr(0, at);
  }
  return text;
}

std::string truncate(std::string_view text, std::size_t length) {
  constexpr std::string_view dots = "...";
  if (first_characters(text, length).size() == text.size()) return std::string(text);
  if (length <= dots.size()) return std::string(first_characters(text, length));
  return std::string(first_characters(text, length - dots.size())) + std::string(dots);
}

/// A slot's value on its way through the filters; `missing` is NULL, which only `default` ends.
struct piece {
  std::string text;
  bool missing = false;
};

void apply(const text_template::call& c, piece& p) {
  using kind = text_template::call::kind;
  const auto each = [&](char first, char last, int by) {
    for (char& letter : p.text) {
      if (letter >= first && letter <= last) letter = static_cast<char>(letter + by);
    }
  };
  switch (c.what) {
    case kind::otherwise:
      if (p.missing || p.text.empty()) p = {c.text, false};
      break;
    case kind::upcase:
      each('a', 'z', 'A' - 'a');
      break;
    case kind::downcase:
      each('A', 'Z', 'a' - 'A');
      break;
    case kind::truncate:
      p.text = truncate(p.text, c.length);
      break;
  }
}

piece fill(const text_template::slot& s, const text_template::lookup& find) {
  piece p{s.literal, false};
  if (!s.variable.empty()) {
    const value found = find(s.variable);
    p = {to_display(found), found.is_null()};
  }
  for (const text_template::call& c : s.calls) apply(c, p);
  return p;
}

}  // namespace

bool text_template::slot::has_default() const noexcept {
  return std::any_of(calls.begin(), calls.end(),
                     [](const call& c) { return c.what == call::kind::otherwise; });
}

text_template text_template::parse(std::string_view text, std::vector<template_fault>& faults) {
  text_template out;
  template_parser(text, out.texts_, out.slots_, faults).run();
  return out;
}

result<void> text_template::append_to(std::string& out, const lookup& find,
                                      std::size_t most_bytes) const {
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    out += texts_[i];
    if (i < slots_.size()) {
      const piece p = fill(slots_[i], find);
      if (p.missing) {
        return error{errc::not_found,
                     "variable '" + slots_[i].variable + "' has no value and no default"};
      }
      out += p.text;
    }
    if (out.size() > most_bytes) {
      return error{errc::exhausted, "longer than " + std::to_string(most_bytes) + " bytes"};
    }
  }
  return {};
}

}  // namespace beckon::outreach
