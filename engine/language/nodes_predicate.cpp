// BETWEEN, IN, IN LIST, LIKE, MATCHES.
#include <cmath>

#include <re2/re2.h>

#include "engine/language/expression_node.hpp"
#include "engine/language/structure.hpp"
#include "engine/language/utf8.hpp"

namespace beckon::language {
namespace {

struct between_node final : condition_node {
  node operand, low, high;
  bool negated;

  between_node(node o, node l, node h, bool n)
      : operand(std::move(o)), low(std::move(l)), high(std::move(h)), negated(n) {}
  truth test(const scope& s) const noexcept override {
    value scratch, low_scratch, high_scratch;
    const value& seen = operand->look(s, scratch);
    const truth above = compare(seen, operation::at_least, low->look(s, low_scratch));
    const truth below = compare(seen, operation::at_most, high->look(s, high_scratch));
    if (above == truth::no || below == truth::no) return as_truth(negated);
    const bool unclear = above == truth::unknown || below == truth::unknown;
    return unclear ? truth::unknown : as_truth(!negated);
  }
  std::optional<atom> indexed() const override {
    const auto name = operand->attribute();
    const value *least = low->constant(), *most = high->constant();
    const bool usable = !negated && name && is_declared(*name) && least != nullptr &&
                        most != nullptr && is_threshold(*least, operand->type) &&
                        is_threshold(*most, operand->type);
    if (!usable) return std::nullopt;
    return atom{*name, {}, atom::bound{*least, true}, atom::bound{*most, true}};
  }
  void describe(structure& s) const override {
    s.node("between", *this).number(negated ? 1 : 0);
    s.part(operand.get()).part(low.get()).part(high.get());
  }
};

truth inside(const value& seen, const value& item) noexcept {
  const value_list* list = item.as_list();
  if (list == nullptr) return compare(seen, operation::equal, item);
  truth found = truth::no;
  for (const value& member : *list) {
    const truth t = compare(seen, operation::equal, member);
    if (t == truth::yes) return t;
    if (t == truth::unknown) found = t;
  }
  return found;
}

struct in_node final : condition_node {
  node operand;
  std::vector<node> items;
  bool negated;

  in_node(node o, std::vector<node> i, bool n)
      : operand(std::move(o)), items(std::move(i)), negated(n) {}
  truth test(const scope& s) const noexcept override {
    value scratch, item_scratch;
    const value& seen = operand->look(s, scratch);
    truth found = truth::no;
    for (const node& item : items) {
      const truth t = inside(seen, item->look(s, item_scratch));
      if (t == truth::yes) return negate(t, negated);
      if (t == truth::unknown) found = t;
    }
    return negate(found, negated);
  }
  // NULL among the constants equals nothing, but makes a miss unknown instead of false: neither is
  // true.
  std::optional<atom> indexed() const override {
    const auto name = operand->attribute();
    if (negated || !name || !is_declared(*name)) return std::nullopt;
    atom made{*name, {}, {}, {}};
    for (const node& item : items) {
      const value* content = item->constant();
      if (content == nullptr || content->as_list() != nullptr) return std::nullopt;
      if (!content->is_null()) made.one_of.push_back(*content);
    }
    if (made.one_of.empty()) return std::nullopt;
    return made;
  }
  void describe(structure& s) const override {
    s.node("in", *this).number(negated ? 1 : 0).part(operand.get()).parts(items);
  }
};

struct in_list_node final : condition_node {
  node operand;
  std::shared_ptr<const std::unordered_set<std::string>> list;
  bool negated;

  in_list_node(node o, std::shared_ptr<const std::unordered_set<std::string>> l, bool n)
      : operand(std::move(o)), list(std::move(l)), negated(n) {}
  truth test(const scope& s) const noexcept override {
    value scratch;
    const value& seen = operand->look(s, scratch);
    if (const std::string* text = seen.as_text()) return as_truth(list->contains(*text) != negated);
    const std::int64_t* number = seen.as_integer();
    if (number == nullptr) return truth::unknown;
    return as_truth(list->contains(std::to_string(*number)) != negated);
  }
  void describe(structure& s) const override {
    s.node("in list", *this).number(negated ? 1 : 0).part(operand.get()).same(list.get());
  }
};

struct like_node final : condition_node {
  node text, pattern;
  bool negated;

  like_node(node t, node p, bool n) : text(std::move(t)), pattern(std::move(p)), negated(n) {}
  truth test(const scope& s) const noexcept override {
    value text_scratch, pattern_scratch;
    const std::string* t = text->look(s, text_scratch).as_text();
    const std::string* p = pattern->look(s, pattern_scratch).as_text();
    if (t == nullptr || p == nullptr) return truth::unknown;
    return as_truth(like(*t, *p) != negated);
  }
  void describe(structure& s) const override {
    s.node("like", *this).number(negated ? 1 : 0).part(text.get()).part(pattern.get());
  }
};

struct matches_node final : condition_node {
  node text;
  std::unique_ptr<const re2::RE2> pattern;
  bool negated;

  matches_node(node t, std::unique_ptr<const re2::RE2> p, bool n)
      : text(std::move(t)), pattern(std::move(p)), negated(n) {}
  truth test(const scope& s) const noexcept override {
    value scratch;
    const std::string* seen = text->look(s, scratch).as_text();
    if (seen == nullptr) return truth::unknown;
    return as_truth(re2::RE2::PartialMatch(*seen, *pattern) != negated);
  }
  void describe(structure& s) const override {
    s.node("matches", *this).number(negated ? 1 : 0).part(text.get()).text(pattern->pattern());
  }
};

}  // namespace

bool is_threshold(const value& constant, value_type declared) noexcept {
  const double* real = constant.as_real();
  if (real != nullptr && std::isnan(*real)) return false;
  const auto number = [](value_type t) {
    return t == value_type::integer || t == value_type::real;
  };
  if (number(constant.type())) return number(declared);
  const bool ordered = constant.type() == value_type::time || constant.type() == value_type::span ||
                       constant.type() == value_type::text;
  return ordered && constant.type() == declared;
}

/// Two pointers: on a mismatch the last % takes one character more.
bool like(std::string_view text, std::string_view pattern) noexcept {
  constexpr std::size_t nowhere = std::string_view::npos;
  std::size_t t = 0, p = 0, retry_text = 0, retry_pattern = nowhere;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      retry_pattern = ++p;
      retry_text = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      t += utf8_step(text.substr(t));
      ++p;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++t;
      ++p;
    } else if (retry_pattern != nowhere) {
      retry_text += utf8_step(text.substr(retry_text));
      t = retry_text;
      p = retry_pattern;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

node make_between(node operand, node low, node high, bool negated) {
  return std::make_unique<between_node>(std::move(operand), std::move(low), std::move(high),
                                        negated);
}

node make_in(node operand, std::vector<node> items, bool negated) {
  return std::make_unique<in_node>(std::move(operand), std::move(items), negated);
}

node make_in_list(node operand, std::shared_ptr<const std::unordered_set<std::string>> list,
                  bool negated) {
  return std::make_unique<in_list_node>(std::move(operand), std::move(list), negated);
}

node make_like(node text, node pattern, bool negated) {
  return std::make_unique<like_node>(std::move(text), std::move(pattern), negated);
}

node make_matches(node text, std::unique_ptr<const re2::RE2> pattern, bool negated) {
  return std::make_unique<matches_node>(std::move(text), std::move(pattern), negated);
}

}  // namespace beckon::language
