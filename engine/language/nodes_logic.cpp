// AND, OR, NOT, IS, and comparisons; a comparison of an attribute with a constant has a node of its
// own.
#include <cmath>

#include "engine/language/expression_node.hpp"
#include "engine/language/structure.hpp"

namespace beckon::language {
namespace {

struct all_of_node final : condition_node {
  std::vector<node> parts;

  explicit all_of_node(std::vector<node> p) : parts(std::move(p)) {}
  truth test(const scope& s) const noexcept override {
    truth seen = truth::yes;
    for (const node& part : parts) {
      const truth t = part->test(s);
      if (t == truth::no) return t;
      if (t == truth::unknown) seen = t;
    }
    return seen;
  }
  void collect(std::vector<expression::equality>& into) const override {
    for (const node& part : parts) part->collect(into);
  }
  void split(std::vector<const expression_node*>& into) const override {
    for (const node& part : parts) part->split(into);
  }
  void describe(structure& s) const override { s.node("all", *this).parts(parts); }
};

struct any_of_node final : condition_node {
  std::vector<node> parts;

  explicit any_of_node(std::vector<node> p) : parts(std::move(p)) {}
  truth test(const scope& s) const noexcept override {
    truth seen = truth::no;
    for (const node& part : parts) {
      const truth t = part->test(s);
      if (t == truth::yes) return t;
      if (t == truth::unknown) seen = t;
    }
    return seen;
  }
  void describe(structure& s) const override { s.node("any", *this).parts(parts); }
};

struct not_node final : condition_node {
  node operand;

  explicit not_node(node o) : operand(std::move(o)) {}
  truth test(const scope& s) const noexcept override { return negate(operand->test(s)); }
  void describe(structure& s) const override { s.node("not", *this).part(operand.get()); }
};

struct is_null_node final : condition_node {
  node operand;
  bool negated;

  is_null_node(node o, bool n) : operand(std::move(o)), negated(n) {}
  truth test(const scope& s) const noexcept override {
    value scratch;
    return as_truth(operand->look(s, scratch).is_null() != negated);
  }
  void describe(structure& s) const override {
    s.node("is null", *this).number(negated ? 1 : 0).part(operand.get());
  }
};

struct is_true_node final : condition_node {
  node operand;
  bool negated;

  is_true_node(node o, bool n) : operand(std::move(o)), negated(n) {}
  truth test(const scope& s) const noexcept override {
    return as_truth((operand->test(s) == truth::yes) != negated);
  }
  void describe(structure& s) const override {
    s.node("is true", *this).number(negated ? 1 : 0).part(operand.get());
  }
};

struct comparison_node final : condition_node {
  operation op;
  node left, right;

  comparison_node(operation o, node l, node r) : op(o), left(std::move(l)), right(std::move(r)) {}
  truth test(const scope& s) const noexcept override {
    value left_scratch, right_scratch;
    return compare(left->look(s, left_scratch), op, right->look(s, right_scratch));
  }
  void describe(structure& s) const override {
    s.node("comparison", *this).number(static_cast<std::uint64_t>(op));
    s.part(left.get()).part(right.get());
  }
};

/// attribute op constant, without a detour.
struct attribute_comparison final : condition_node {
  attribute_id name;
  value_type declared;
  operation op;
  value content;

  attribute_comparison(attribute_id a, value_type d, operation o, value c)
      : name(a), declared(d), op(o), content(std::move(c)) {}
  truth test(const scope& s) const noexcept override {
    const value* found = s.current == nullptr ? nullptr : s.current->find(name);
    return found == nullptr ? truth::unknown : compare(*found, op, content);
  }
  void collect(std::vector<expression::equality>& into) const override {
    const auto number = [](value_type t) {
      return t == value_type::integer || t == value_type::real;
    };
    const bool same_kind =
        declared == content.type() || (number(declared) && number(content.type()));
    if (op == operation::equal && same_kind) into.push_back({name, content});
  }
  std::optional<atom> indexed() const override {
    if (!is_declared(name)) return std::nullopt;
    atom made{name, {}, {}, {}};
    if (op == operation::equal) {
      if (content.is_null() || content.as_list() != nullptr) return std::nullopt;
      made.one_of.push_back(content);
      return made;
    }
    if (op == operation::not_equal || !is_threshold(content, declared)) return std::nullopt;
    const bool inclusive = op == operation::at_least || op == operation::at_most;
    const bool from_below = op == operation::at_least || op == operation::greater;
    (from_below ? made.low : made.high) = atom::bound{content, inclusive};
    return made;
  }
  void describe(structure& s) const override {
    s.node("attribute comparison", *this).number(static_cast<std::uint64_t>(name));
    s.number(static_cast<std::uint64_t>(declared)).number(static_cast<std::uint64_t>(op));
    s.content(content);
  }
};

/// event.type, event.source or event.id op constant text: compared without a copy.
struct event_text_comparison final : condition_node {
  attribute_id name;
  operation op;
  std::string content;

  event_text_comparison(attribute_id a, operation o, std::string c)
      : name(a), op(o), content(std::move(c)) {}
  truth test(const scope& s) const noexcept override;
  void describe(structure& s) const override {
    s.node("event comparison", *this).number(static_cast<std::uint64_t>(name));
    s.number(static_cast<std::uint64_t>(op)).text(content);
  }
};

truth judged(std::partial_ordering order, operation op) noexcept {
  switch (op) {
    case operation::equal:
      return as_truth(order == 0);
    case operation::not_equal:
      return as_truth(order != 0);
    case operation::less:
      return as_truth(order < 0);
    case operation::at_most:
      return as_truth(order <= 0);
    case operation::greater:
      return as_truth(order > 0);
    default:
      return as_truth(order >= 0);
  }
}

truth event_text_comparison::test(const scope& s) const noexcept {
  if (s.current == nullptr) return truth::unknown;
  const std::string_view seen = name == attribute_type     ? s.current_type
                                : name == attribute_source ? std::string_view(s.current->source)
                                                           : std::string_view(s.current->id);
  return judged(seen.compare(content) <=> 0, op);
}

operation mirrored(operation op) {
  switch (op) {
    case operation::less:
      return operation::greater;
    case operation::at_most:
      return operation::at_least;
    case operation::greater:
      return operation::less;
    case operation::at_least:
      return operation::at_most;
    default:
      return op;
  }
}

/// Exact: no rounding of large integers to double.
std::partial_ordering compare_numbers(std::int64_t a, double b) noexcept {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= 0x1p63) return std::partial_ordering::less;
  if (b < -0x1p63) return std::partial_ordering::greater;
  const auto whole = static_cast<std::int64_t>(b);
  if (a != whole) return a <=> whole;
  return 0.0 <=> (b - static_cast<double>(whole));
}

std::partial_ordering reversed(std::partial_ordering order) noexcept {
  return 0 <=> order;
}

std::partial_ordering compare_mixed(const value& a, const value& b) noexcept {
  if (const std::int64_t* whole = a.as_integer()) {
    if (const double* real = b.as_real()) return compare_numbers(*whole, *real);
    if (const timestamp* time = b.as_time()) return *whole <=> to_ms(*time);
  }
  if (const std::int64_t* whole = b.as_integer()) {
    if (const double* real = a.as_real()) return reversed(compare_numbers(*whole, *real));
    if (const timestamp* time = a.as_time()) return to_ms(*time) <=> *whole;
  }
  return std::partial_ordering::unordered;
}

}  // namespace

std::partial_ordering compare(const value& a, const value& b) noexcept {
  if (a.type() != b.type()) return compare_mixed(a, b);
  switch (a.type()) {
    case value_type::boolean:
      return *a.as_boolean() <=> *b.as_boolean();
    case value_type::integer:
      return *a.as_integer() <=> *b.as_integer();
    case value_type::real:
      return *a.as_real() <=> *b.as_real();
    case value_type::text:
      return a.as_text()->compare(*b.as_text()) <=> 0;
    case value_type::span:
      return a.as_span()->count() <=> b.as_span()->count();
    case value_type::time:
      return to_ms(*a.as_time()) <=> to_ms(*b.as_time());
    default:
      return std::partial_ordering::unordered;
  }
}

truth compare(const value& a, operation op, const value& b) noexcept {
  if (op == operation::equal || op == operation::not_equal) {
    const std::string* left = a.as_text();
    const std::string* right = b.as_text();
    if (left != nullptr && right != nullptr) {
      return as_truth((*left == *right) == (op == operation::equal));
    }
  }
  const std::partial_ordering order = compare(a, b);
  if (order == std::partial_ordering::unordered) return truth::unknown;
  const bool only_equality = a.type() == value_type::boolean;
  if (only_equality && op != operation::equal && op != operation::not_equal) return truth::unknown;
  return judged(order, op);
}

node make_all_of(std::vector<node> parts) {
  return std::make_unique<all_of_node>(std::move(parts));
}
node make_any_of(std::vector<node> parts) {
  return std::make_unique<any_of_node>(std::move(parts));
}
node make_not(node operand) {
  return std::make_unique<not_node>(std::move(operand));
}

node make_is_null(node operand, bool negated) {
  return std::make_unique<is_null_node>(std::move(operand), negated);
}

node make_is_true(node operand, bool negated) {
  return std::make_unique<is_true_node>(std::move(operand), negated);
}

node make_comparison(operation op, node left, node right) {
  if (left->constant() != nullptr && right->attribute()) {
    std::swap(left, right);
    op = mirrored(op);
  }
  const std::optional<attribute_id> name = left->attribute();
  const value* content = right->constant();
  if (name && content != nullptr && *name != attribute_time) {
    const bool of_every_event =
        *name == attribute_type || *name == attribute_source || *name == attribute_event_id;
    if (!of_every_event) {
      return std::make_unique<attribute_comparison>(*name, left->type, op, *content);
    }
    if (const std::string* text = content->as_text()) {
      return std::make_unique<event_text_comparison>(*name, op, *text);
    }
  }
  return std::make_unique<comparison_node>(op, std::move(left), std::move(right));
}

}  // namespace beckon::language
