// An expression's tree → checked nodes: literals, operators, functions and types. Names are looked
// up by whoever builds, because what they stand for depends on the clause, and so are aggregates.
#pragma once

#include <functional>
#include <string_view>

#include "engine/language/compile.hpp"
#include "engine/language/expression_node.hpp"
#include "engine/language/report.hpp"
#include "engine/language/tree.hpp"

namespace beckon::language {

/// The node of a name or of a call of an aggregate, or null after reporting why there is none.
using name_resolver = std::function<node(const syntax& name)>;

class expression_builder {
 public:
  /// Everything must outlive the builder.
  expression_builder(const environment& env, reporter& out, const name_resolver& names);

  /// The checked expression; null after reporting what is wrong with it.
  node build(const syntax& e);

  /// The same, and it must be a condition. `what` names the clause ("WHERE").
  node condition(const syntax& e, std::string_view what);

 private:
  bool parts(const syntax& e, std::vector<node>& out);
  node audience(const syntax& e);
  node time_literal(const syntax& e);
  node logical(const syntax& e, std::vector<node> parts);
  node comparison(const syntax& e, std::vector<node> parts);
  node arithmetic(const syntax& e, std::vector<node> parts);
  node negate(const syntax& e, node operand);
  node in_values(const syntax& e, std::vector<node> parts);
  node in_list(const syntax& e, node operand);
  node between(const syntax& e, std::vector<node> parts);
  node text_predicate(const syntax& e, std::vector<node> parts);
  node matches(const syntax& e, std::vector<node> parts);
  node case_node(const syntax& e, std::vector<node> parts);
  node call(const syntax& e);
  bool must_be_condition(const expression_node& n, const syntax& e, std::string_view what);
  bool must_compare(const expression_node& a, const expression_node& b, position at);

  const environment& env_;
  reporter& out_;
  const name_resolver& names_;
};

}  // namespace beckon::language
