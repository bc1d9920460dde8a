#include "engine/language/functions.hpp"

#include <algorithm>
#include <array>

#include "engine/language/structure.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

/// Sets of types, one bit each.
using types = unsigned;
constexpr types of(value_type t) {
  return 1U << static_cast<unsigned>(t);
}
constexpr types numbers = of(value_type::integer) | of(value_type::real);
constexpr types text = of(value_type::text);
constexpr types times = of(value_type::time) | of(value_type::integer);
constexpr types everything = ~0U;

enum class shape : std::uint8_t { unary, binary, coalesce, least, greatest, now, hash_bucket };

struct function {
  std::string_view name;
  shape how;
  std::size_t fewest, most;
  std::array<types, 3> accepts;  ///< the last one for every further argument
  value_type gives;              ///< null: what its arguments have in common
  unary_function unary = nullptr;
  binary_function binary = nullptr;
};

constexpr types texts_or_lists = text | of(value_type::list);
constexpr types ids = text | of(value_type::integer);
constexpr types whole = of(value_type::integer);
constexpr value_type as_arguments = value_type::null;
constexpr std::size_t no_limit = ~std::size_t{0};

constexpr function one(std::string_view name, types accepts, value_type gives, unary_function f) {
  return {name, shape::unary, 1, 1, {accepts, accepts, accepts}, gives, f, nullptr};
}
constexpr function two(std::string_view name, types first, types second, binary_function f) {
  return {name, shape::binary, 2, 2, {first, second, second}, value_type::boolean, nullptr, f};
}
constexpr function many(std::string_view name, shape how) {
  return {name, how, 1, no_limit, {everything, everything, everything}, as_arguments};
}

constexpr std::array<function, 21> functions{
    many("coalesce", shape::coalesce),
    one("abs", numbers, as_arguments, absolute),
    one("round", numbers, as_arguments, rounded),
    one("floor", numbers, as_arguments, floored),
    one("ceil", numbers, as_arguments, ceiled),
    many("least", shape::least),
    many("greatest", shape::greatest),
    one("lower", text, value_type::text, lower_text),
    one("upper", text, value_type::text, upper_text),
    one("length", texts_or_lists, value_type::integer, length_of),
    two("contains", texts_or_lists, everything, contains),
    two("starts_with", text, text, starts_with),
    two("ends_with", text, text, ends_with),
    one("days_since", times, value_type::integer, days_since),
    one("hour_of_day", times, value_type::integer, hour_of_day),
    one("day_of_week", times, value_type::integer, day_of_week),
    one("day_of_month", times, value_type::integer, day_of_month),
    one("month_of", times, value_type::integer, month_of),
    one("date_of", times, value_type::text, date_of),
    function{"now", shape::now, 0, 0, {}, value_type::time},
    function{"hash_bucket", shape::hash_bucket, 2, 3, {ids, whole, text}, value_type::integer}};

struct unary_node final : expression_node {
  node a;
  unary_function f;

  bool of_argument_alone;  ///< not of the judged time or a zone

  unary_node(node x, const function& g, value_type t)
      : a(std::move(x)), f(g.unary), of_argument_alone(g.accepts[0] != times) {
    type = t;
  }
  const value& look(const scope& s, value& scratch) const noexcept override {
    value own;
    return scratch = f(a->look(s, own), s);
  }
  void describe(structure& s) const override {
    s.node("unary", *this).same(reinterpret_cast<const void*>(f)).part(a.get());
    if (!of_argument_alone) s.beyond_event();
  }
};

struct binary_node final : expression_node {
  node a, b;
  binary_function f;

  binary_node(node x, node y, binary_function g, value_type t)
      : a(std::move(x)), b(std::move(y)), f(g) {
    type = t;
  }
  const value& look(const scope& s, value& scratch) const noexcept override {
    value own, other;
    return scratch = f(a->look(s, own), b->look(s, other));
  }
  void describe(structure& s) const override {
    s.node("binary", *this).same(reinterpret_cast<const void*>(f)).part(a.get()).part(b.get());
  }
};

const function* find(std::string_view name) {
  const auto at = std::find_if(functions.begin(), functions.end(),
                               [&](const function& f) { return f.name == name; });
  return at == functions.end() ? nullptr : &*at;
}

std::string listed(types set) {
  std::string out;
  for (const value_type t :
       {value_type::boolean, value_type::integer, value_type::real, value_type::text,
        value_type::span, value_type::time, value_type::list}) {
    if ((set & of(t)) != 0) out += (out.empty() ? "" : " or ") + std::string(to_string(t));
  }
  return out;
}

bool right_number(const function& f, const syntax& call, reporter& out) {
  if (call.parts.size() >= f.fewest && call.parts.size() <= f.most) return true;
  const std::string wanted = f.fewest == f.most ? std::to_string(f.fewest)
                             : f.most == no_limit
                                 ? "at least " + std::to_string(f.fewest)
                                 : std::to_string(f.fewest) + " to " + std::to_string(f.most);
  out.error(call.at,
            std::string(f.name) + " takes " + wanted + " argument" +
                (wanted == "1" || wanted == "at least 1" ? "" : "s") + ", not " +
                std::to_string(call.parts.size()),
            {}, topic::functions);
  return false;
}

bool right_types(const function& f, const syntax& call, const std::vector<node>& arguments,
                 reporter& out) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const types accepted = f.accepts[std::min<std::size_t>(i, 2)];
    const value_type given = arguments[i]->type;
    if (given == value_type::null || (accepted & of(given)) != 0) continue;
    out.error(call.parts[i].at,
              "argument " + std::to_string(i + 1) + " of " + std::string(f.name) + " must be " +
                  listed(accepted) + ", not " + std::string(to_string(given)),
              {}, topic::types);
    return false;
  }
  const bool text_in_text = f.name == "contains" && arguments[0]->type == value_type::text;
  const value_type second = arguments.size() > 1 ? arguments[1]->type : value_type::null;
  if (text_in_text && second != value_type::null && second != value_type::text) {
    out.error(call.parts[1].at,
              "contains looks for text in a text, not for " + std::string(to_string(second)), {},
              topic::types);
    return false;
  }
  return true;
}

/// All arguments must be of one kind; their common type.
std::optional<value_type> one_kind(const function& f, const syntax& call,
                                   const std::vector<node>& arguments, reporter& out) {
  value_type common = arguments[0]->type;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!comparable(common, arguments[i]->type)) {
      out.error(call.parts[i].at,
                "the arguments of " + std::string(f.name) +
                    " are of different kinds: " + std::string(to_string(common)) + " and " +
                    std::string(to_string(arguments[i]->type)),
                {}, topic::types);
      return std::nullopt;
    }
    if (common == value_type::null) {
      common = arguments[i]->type;
    } else if (arguments[i]->type != value_type::null) {
      common = common_type(common, arguments[i]->type);
    }
  }
  // A type not known yet may be any: what is known of the others would be a guess.
  const bool guess = std::any_of(arguments.begin(), arguments.end(), [](const node& a) {
    return a->type == value_type::null && (a->constant() == nullptr || !a->constant()->is_null());
  });
  return guess ? value_type::null : common;
}

node make(const function& f, std::vector<node> args, value_type type) {
  switch (f.how) {
    case shape::unary:
      return std::make_unique<unary_node>(std::move(args[0]), f, type);
    case shape::binary:
      return std::make_unique<binary_node>(std::move(args[0]), std::move(args[1]), f.binary, type);
    case shape::coalesce:
      return make_coalesce(std::move(args), type);
    case shape::least:
      return make_extreme(std::move(args), type, false);
    case shape::greatest:
      return make_extreme(std::move(args), type, true);
    case shape::now:
      return make_now();
    default:
      break;
  }
  return make_hash_bucket(std::move(args[0]), std::move(args[1]),
                          args.size() > 2 ? std::move(args[2]) : nullptr);
}

}  // namespace

value_type common_type(value_type a, value_type b) noexcept {
  if (a == b) return a;
  const bool both_numbers = (of(a) & numbers) != 0 && (of(b) & numbers) != 0;
  return both_numbers ? value_type::real : value_type::null;
}

bool comparable(value_type a, value_type b) noexcept {
  if (a == value_type::null || b == value_type::null || a == b) return true;
  const bool both_numbers = (of(a) & numbers) != 0 && (of(b) & numbers) != 0;
  const bool both_times = (of(a) & times) != 0 && (of(b) & times) != 0;
  return both_numbers || both_times;
}

node make_call(const syntax& call, std::vector<node> arguments, reporter& out) {
  const function* f = find(call.text);
  if (f == nullptr) {
    std::vector<std::string> names;
    for (const function& known : functions) names.emplace_back(known.name);
    out.error(call.at, "there is no function " + shown(call.text), suggest(call.text, names),
              topic::functions);
    return nullptr;
  }
  if (!right_number(*f, call, out) || !right_types(*f, call, arguments, out)) return nullptr;
  value_type type = f->gives;
  if (type == as_arguments) {
    const auto common = one_kind(*f, call, arguments, out);
    if (!common) return nullptr;
    type = *common;
  }
  return make(*f, std::move(arguments), type);
}

}  // namespace beckon::language
