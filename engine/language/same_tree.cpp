#include "engine/language/same_tree.hpp"

#include <algorithm>

#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

/// The comparisons, as members so that each may use all others.
struct sameness {
  template <class T>
  bool operator()(const std::optional<T>& a, const std::optional<T>& b) const {
    return a.has_value() == b.has_value() && (!a || (*this)(*a, *b));
  }
  template <class T>
  bool operator()(const std::vector<T>& a, const std::vector<T>& b) const {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), *this);
  }
  bool operator()(const position&, const position&) const { return true; }
  bool operator()(const std::string& a, const std::string& b) const { return a == b; }
  bool operator()(duration a, duration b) const { return a == b; }
  bool operator()(const placed_name& a, const placed_name& b) const { return a.text == b.text; }
  bool operator()(const placed_duration& a, const placed_duration& b) const {
    return a.length == b.length;
  }
  bool operator()(const attribute_syntax& a, const attribute_syntax& b) const {
    return a.of_event == b.of_event && a.name.text == b.name.text;
  }
  bool operator()(const syntax& a, const syntax& b) const {
    return a.kind == b.kind && a.literal == b.literal && a.qualifier == b.qualifier &&
           a.text == b.text && a.op == b.op && a.negated == b.negated && a.has_else == b.has_else &&
           (*this)(a.parts, b.parts);
  }
  bool operator()(const pattern_syntax& a, const pattern_syntax& b) const {
    return a.any == b.any && (*this)(a.types, b.types) && (*this)(a.where, b.where);
  }
  bool operator()(const aggregate_bound& a, const aggregate_bound& b) const {
    return a.function == b.function && (*this)(a.attribute, b.attribute) && a.op == b.op &&
           a.number == b.number;
  }
  bool operator()(const quantity_syntax& a, const quantity_syntax& b) const {
    return a.kind == b.kind && a.count == b.count && (*this)(a.attribute, b.attribute) &&
           a.in_a_row == b.in_a_row && a.op == b.op && a.threshold == b.threshold &&
           (*this)(a.also, b.also);
  }
  bool operator()(const clause_syntax& a, const clause_syntax& b) const {
    return a.kind == b.kind && a.next == b.next && (*this)(a.pattern, b.pattern) &&
           (*this)(a.alias, b.alias) && (*this)(a.quantity, b.quantity) &&
           (*this)(a.length, b.length) && (*this)(a.until, b.until);
  }
  bool operator()(const fire_syntax& a, const fire_syntax& b) const {
    return a.kind == b.kind && (*this)(a.per, b.per) && (*this)(a.attributes, b.attributes);
  }
  bool operator()(const return_syntax& a, const return_syntax& b) const {
    return (*this)(a.content, b.content) && (*this)(a.name, b.name);
  }
  bool operator()(const active_syntax& a, const active_syntax& b) const {
    return a.from == b.from && (*this)(a.to, b.to);
  }
  /// `user` is a word of the language, in any case.
  static bool same_subject(const placed_name& a, const placed_name& b) {
    return a.text == b.text || (same_word(a.text, "user") && same_word(b.text, "user"));
  }
  bool operator()(const rule_syntax& a, const rule_syntax& b) const {
    return (*this)(a.name, b.name) && a.title == b.title && same_subject(a.subject, b.subject) &&
           (*this)(a.by, b.by) && (*this)(a.same, b.same) && (*this)(a.active, b.active) &&
           (*this)(a.clauses, b.clauses) && (*this)(a.all_within, b.all_within) &&
           (*this)(a.unless, b.unless) && (*this)(a.condition, b.condition) &&
           (*this)(a.keep_first, b.keep_first) && (*this)(a.fire, b.fire) &&
           (*this)(a.to_each, b.to_each) && (*this)(a.returns, b.returns);
  }
  bool operator()(const json_member& a, const json_member& b) const {
    return a.key.text == b.key.text && a.content == b.content;
  }
  bool operator()(const given_syntax& a, const given_syntax& b) const {
    return a.row == b.row && a.offset == b.offset && (*this)(a.name, b.name) &&
           (*this)(a.content, b.content);
  }
  bool operator()(const expected_syntax& a, const expected_syntax& b) const {
    return (*this)(a.offset, b.offset) && a.subject_id == b.subject_id &&
           (*this)(a.content, b.content);
  }
  bool operator()(const test_syntax& a, const test_syntax& b) const {
    return a.title == b.title && (*this)(a.starts, b.starts) && (*this)(a.given, b.given) &&
           (*this)(a.until, b.until) && (*this)(a.expected, b.expected);
  }
};

}  // namespace

bool same_tree(const syntax& a, const syntax& b) {
  return sameness{}(a, b);
}

bool same_tree(const file_syntax& a, const file_syntax& b) {
  return sameness{}(a.rule, b.rule) && sameness{}(a.tests, b.tests);
}

}  // namespace beckon::language
