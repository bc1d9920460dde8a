#include "engine/language/builder.hpp"

#include <algorithm>

#include "engine/language/functions.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

std::string type_name(value_type t) {
  return std::string(to_string(t));
}

bool known(value_type t) {
  return t != value_type::null;
}
bool is_number(value_type t) {
  return t == value_type::integer || t == value_type::real;
}

/// The type of `a op b`; nullopt where the types do not go together. Unknown stays unknown.
std::optional<value_type> arithmetic_type(operation op, value_type a, value_type b) {
  using enum value_type;
  const bool adds = op == operation::add || op == operation::subtract;
  const auto never = [](value_type t) { return t == boolean || t == text || t == list; };
  if (never(a) || never(b)) return std::nullopt;
  if (!known(a) || !known(b)) return null;
  if (is_number(a) && is_number(b)) {
    return op == operation::divide || a != b || a == real ? real : integer;
  }
  if (a == time && b == time && op == operation::subtract) return span;
  if (a == time && b == span && adds) return time;
  if (a == span && b == time && op == operation::add) return time;
  if (a == span && b == span && adds) return span;
  if (a == span && b == span && op == operation::divide) return real;
  if (a == span && is_number(b) && (op == operation::multiply || op == operation::divide))
    return span;
  if (is_number(a) && b == span && op == operation::multiply) return span;
  return std::nullopt;
}

/// The list of that name, or null.
std::shared_ptr<const std::unordered_set<std::string>> find_list(
    const std::shared_ptr<const named_lists>& lists, const std::string& name) {
  if (lists == nullptr) return nullptr;
  const auto found = lists->find(name);
  return found == lists->end() ? nullptr : found->second;
}

std::vector<std::string> names_in(const std::shared_ptr<const named_lists>& lists) {
  std::vector<std::string> names;
  if (lists == nullptr) return names;
  for (const auto& [name, content] : *lists) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

expression_builder::expression_builder(const environment& env, reporter& out,
                                       const name_resolver& names)
    : env_(env), out_(out), names_(names) {}

node expression_builder::condition(const syntax& e, std::string_view what) {
  node built = build(e);
  return built && must_be_condition(*built, e, what) ? std::move(built) : nullptr;
}

node expression_builder::build(const syntax& e) {
  if (e.kind == syntax_kind::literal) return make_constant(e.literal);
  if (e.kind == syntax_kind::time_literal) return time_literal(e);
  if (e.kind == syntax_kind::name) return names_(e);
  if (e.kind == syntax_kind::call) return call(e);
  if (e.kind == syntax_kind::in_audience) return audience(e);
  std::vector<node> built;
  if (!parts(e, built)) return nullptr;
  switch (e.kind) {
    case syntax_kind::negate:
      return negate(e, std::move(built[0]));
    case syntax_kind::logical_not:
    case syntax_kind::all_of:
    case syntax_kind::any_of:
      return logical(e, std::move(built));
    case syntax_kind::comparison:
      return comparison(e, std::move(built));
    case syntax_kind::arithmetic:
      return arithmetic(e, std::move(built));
    case syntax_kind::in_values:
    case syntax_kind::in_value:
      return in_values(e, std::move(built));
    case syntax_kind::in_list:
      return in_list(e, std::move(built[0]));
    case syntax_kind::between:
      return between(e, std::move(built));
    case syntax_kind::is_null:
      return make_is_null(std::move(built[0]), e.negated);
    case syntax_kind::is_true:
      if (!must_be_condition(*built[0], e.parts[0], "IS TRUE")) return nullptr;
      return make_is_true(std::move(built[0]), e.negated);
    case syntax_kind::like:
      return text_predicate(e, std::move(built));
    case syntax_kind::matches:
      return matches(e, std::move(built));
    default:
      return case_node(e, std::move(built));
  }
}

node expression_builder::audience(const syntax& e) {
  const syntax user{.kind = syntax_kind::name,
                    .at = e.at,
                    .qualifier = "user",
                    .text = env_.events->entity("user")->id_attribute};
  node id = names_(user);
  if (!id) return nullptr;
  if (auto users = find_list(env_.audiences, e.text))
    return make_in_list(std::move(id), std::move(users), e.negated);
  out_.error(e.at, "there is no audience " + shown(e.text),
             suggest(e.text, names_in(env_.audiences),
                     "add audiences/" + e.text + ".txt, one user's id per line"),
             topic::names);
  return nullptr;
}

/// Builds all parts, so that every problem is found; false when one failed.
bool expression_builder::parts(const syntax& e, std::vector<node>& out) {
  out.reserve(e.parts.size());
  bool all = true;
  for (const syntax& part : e.parts) {
    out.push_back(build(part));
    all = all && out.back() != nullptr;
  }
  return all;
}

node expression_builder::time_literal(const syntax& e) {
  const result<timestamp> time = parse_time(e.text, env_.zone);
  if (time) return make_constant(value(*time));
  out_.error(e.at, shown(e.text) + " is no time: " + time.error().message,
             "write TIME '2024-11-11 00:00 +08:00'; without an offset it is in " + env_.zone,
             topic::expression);
  return nullptr;
}

node expression_builder::logical(const syntax& e, std::vector<node> built) {
  const std::string_view what = e.kind == syntax_kind::logical_not ? "NOT"
                                : e.kind == syntax_kind::all_of    ? "AND"
                                                                   : "OR";
  for (std::size_t i = 0; i < built.size(); ++i) {
    if (!must_be_condition(*built[i], e.parts[i], what)) return nullptr;
  }
  if (e.kind == syntax_kind::logical_not) return make_not(std::move(built[0]));
  return e.kind == syntax_kind::all_of ? make_all_of(std::move(built))
                                       : make_any_of(std::move(built));
}

node expression_builder::comparison(const syntax& e, std::vector<node> built) {
  for (std::size_t i = 0; i < 2; ++i) {
    const value* content = built[i]->constant();
    if (content == nullptr || !content->is_null()) continue;
    out_.error(e.parts[i].at, "a comparison with NULL is never true",
               e.op == operation::not_equal ? "write IS NOT NULL" : "write IS NULL", topic::nulls);
    return nullptr;
  }
  if (!must_compare(*built[0], *built[1], e.at)) return nullptr;
  const value_type type = known(built[0]->type) ? built[0]->type : built[1]->type;
  const bool ordered = e.op != operation::equal && e.op != operation::not_equal;
  if (type == value_type::list || (type == value_type::boolean && ordered)) {
    out_.error(
        e.at,
        "values of type " + type_name(type) + " are not compared with " +
            std::string(symbol_of(e.op)),
        type == value_type::list ? "write value IN attribute, or contains(attribute, value)" : "",
        topic::types);
    return nullptr;
  }
  return make_comparison(e.op, std::move(built[0]), std::move(built[1]));
}

node expression_builder::arithmetic(const syntax& e, std::vector<node> built) {
  const auto type = arithmetic_type(e.op, built[0]->type, built[1]->type);
  if (type) return make_arithmetic(e.op, std::move(built[0]), std::move(built[1]), *type);
  const bool time_and_number = (built[0]->type == value_type::time && is_number(built[1]->type)) ||
                               (built[0]->type == value_type::span && is_number(built[1]->type));
  out_.error(e.at,
             type_name(built[0]->type) + " " + std::string(symbol_of(e.op)) + " " +
                 type_name(built[1]->type) + " makes no sense",
             time_and_number ? "give the number a unit: 5 s, 30 min, 2 days" : "", topic::types);
  return nullptr;
}

node expression_builder::negate(const syntax& e, node operand) {
  const value_type t = operand->type;
  if (known(t) && !is_number(t) && t != value_type::span) {
    out_.error(e.at, "a minus before a " + type_name(t) + " makes no sense", {}, topic::types);
    return nullptr;
  }
  return make_negate(std::move(operand));
}

node expression_builder::in_values(const syntax& e, std::vector<node> built) {
  if (e.kind == syntax_kind::in_value && known(built[1]->type) &&
      built[1]->type != value_type::list) {
    out_.error(e.parts[1].at, "IN looks into a list, not into a " + type_name(built[1]->type),
               "write IN ('a', 'b'), IN LIST name, or = for a single value", topic::types);
    return nullptr;
  }
  node operand = std::move(built[0]);
  built.erase(built.begin());
  for (std::size_t i = 0; i < built.size(); ++i) {
    if (built[i]->type == value_type::list) continue;
    if (!must_compare(*operand, *built[i], e.parts[i + 1].at)) return nullptr;
  }
  return make_in(std::move(operand), std::move(built), e.negated);
}

node expression_builder::in_list(const syntax& e, node operand) {
  const value_type t = operand->type;
  if (known(t) && t != value_type::text && t != value_type::integer) {
    out_.error(e.at, "named lists hold text, not " + type_name(t), {}, topic::types);
    return nullptr;
  }
  if (auto list = find_list(env_.lists, e.text))
    return make_in_list(std::move(operand), std::move(list), e.negated);
  out_.error(e.at, "there is no list " + shown(e.text),
             suggest(e.text, names_in(env_.lists),
                     "add lists/" + e.text + ".txt, one entry per line"),
             topic::expression);
  return nullptr;
}

node expression_builder::between(const syntax& e, std::vector<node> built) {
  for (std::size_t i = 1; i < 3; ++i) {
    if (!must_compare(*built[0], *built[i], e.parts[i].at)) return nullptr;
  }
  const value_type t = built[0]->type;
  if (t == value_type::boolean || t == value_type::list) {
    out_.error(e.at, "a " + type_name(t) + " lies between nothing", {}, topic::types);
    return nullptr;
  }
  return make_between(std::move(built[0]), std::move(built[1]), std::move(built[2]), e.negated);
}

bool expression_builder::must_be_condition(const expression_node& n, const syntax& e,
                                           std::string_view what) {
  if (n.type == value_type::boolean || !known(n.type)) return true;
  out_.error(e.at, std::string(what) + " needs a condition, not a " + type_name(n.type),
             "compare it with something", topic::types);
  return false;
}

bool expression_builder::must_compare(const expression_node& a, const expression_node& b,
                                      position at) {
  if (comparable(a.type, b.type)) return true;
  std::string hint;
  if (a.type == value_type::text || b.type == value_type::text) {
    hint = "texts stand in single quotes; 1 and '1' are different";
  } else if (a.type == value_type::span || b.type == value_type::span) {
    hint = "a duration needs a unit: 5 s, 30 min, 2 days";
  }
  out_.error(at, type_name(a.type) + " and " + type_name(b.type) + " cannot be compared", hint,
             topic::types);
  return false;
}

}  // namespace beckon::language
