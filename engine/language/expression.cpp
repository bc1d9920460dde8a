#include "engine/language/expression.hpp"

#include "engine/language/expression_node.hpp"
#include "engine/language/structure.hpp"

namespace beckon::language {

expression::expression(std::unique_ptr<const expression_node> root) : root_(std::move(root)) {
  root_->collect(equalities_);
  std::vector<const expression_node*> parts;
  root_->split(parts);
  for (const expression_node* part : parts) {
    structure meaning;
    part->describe(meaning);
    conjuncts_.push_back({part, meaning.finish(), meaning.of_event_alone(), part->indexed()});
  }
}

expression::~expression() = default;
expression::expression(expression&&) noexcept = default;

value expression::evaluate(const scope& s) const noexcept {
  value scratch;
  const value& seen = root_->look(s, scratch);
  return &seen == &scratch ? std::move(scratch) : seen;
}

bool expression::holds(const scope& s) const noexcept {
  return root_->test(s) == truth::yes;
}

bool conjunct::holds(const scope& s) const noexcept {
  return test->test(s) == truth::yes;
}

std::span<const expression::equality> expression::equalities() const noexcept {
  return equalities_;
}

value_type expression::type() const noexcept {
  return root_->type;
}

}  // namespace beckon::language
