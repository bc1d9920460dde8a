// count(v), first(v.a), …: functions over the counted entries of an earlier step.
#include <array>

#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

struct aggregate_name {
  std::string_view name;
  taken what;
};
constexpr std::array<aggregate_name, 8> aggregates{{{"count", taken::count},
                                                    {"first", taken::first},
                                                    {"last", taken::last},
                                                    {"sum", taken::sum},
                                                    {"avg", taken::avg},
                                                    {"min", taken::min},
                                                    {"max", taken::max},
                                                    {"distinct", taken::distinct}}};

taken aggregate_called(std::string_view name) {
  for (const aggregate_name& a : aggregates) {
    if (a.name == name) return a.what;
  }
  return taken::distinct;
}

bool is_number(value_type t) {
  return t == value_type::integer || t == value_type::real;
}

}  // namespace

node checker::aggregate(const syntax& call, const place& where) {
  const taken what = aggregate_called(call.text);
  const bool named = call.parts.size() == 1 && call.parts[0].kind == syntax_kind::name;
  const bool whole = named && call.parts[0].qualifier.empty();
  const std::string alias = !named ? "" : whole ? call.parts[0].text : call.parts[0].qualifier;
  const bool reserved =
      same_word(alias, "event") || same_word(alias, "user") || attached_entity(alias) != nullptr;
  if (!named || whole != (what == taken::count) || reserved) {
    wrong_argument(call);
    return nullptr;
  }
  const auto index = alias_clause({alias, call.parts[0].at}, where);
  if (!index) return nullptr;
  if (where.under_test != nullptr && *index == where.clause) {
    out_.error(call.at, call.text + "() of " + shown(alias) + " is not known in its own WHERE",
               "a step's entries are counted behind its WHERE: ask in a later WHERE, in IF or in "
               "RETURN",
               topic::functions);
    return nullptr;
  }
  if (where.uses_captures != nullptr) *where.uses_captures = true;
  if (what != taken::count) return aggregate_of(call, what, *index);
  return make_captured(capture_slot(*index, {}, what), value_type::integer);
}

node checker::aggregate_of(const syntax& call, taken what, std::size_t index) {
  const syntax& argument = call.parts[0];
  auto found = use({argument.text, argument.at}, true, types_[index], true);
  if (!found || !aggregate_type(call, what, *found)) return nullptr;
  const step& s = std::get<step>(made_->clauses[position_of_[index]]);
  const bool running = s.how == quantity::sum && !s.within && !made_->all_within;
  if (what == taken::distinct && running) {
    out_.error(call.at,
               "distinct() needs the entries, and a SUM bounded by ACTIVE alone keeps none",
               "add WITHIN to the step whose values are counted", topic::functions);
    return nullptr;
  }
  const std::size_t slot = capture_slot(index, found->id, what);
  made_->captures[slot].whole = found->type == value_type::integer;
  return make_captured(slot, found->type);
}

/// Makes the attribute's type the aggregate's; false after reporting one that it cannot take.
bool checker::aggregate_type(const syntax& call, taken what, attribute_use& found) {
  value_type& type = found.type;
  const bool unknown = type == value_type::null && !found.mixed;
  const bool adds = what == taken::sum || what == taken::avg;
  const bool orders = what == taken::min || what == taken::max;
  const bool ordered = !found.mixed && type != value_type::boolean && type != value_type::list;
  const bool fits = unknown || (adds ? is_number(type) : ordered || !orders);
  if (!fits) {
    const std::string given =
        found.mixed ? "of different kinds in these events" : std::string(to_string(type));
    out_.error(call.parts[0].at,
               call.text + "() takes " + (adds ? "int64 or double" : "values that have an order") +
                   "; " + shown(call.parts[0].text) + " is " + given,
               {}, topic::types);
    return false;
  }
  if (what == taken::distinct) type = value_type::integer;
  if (what == taken::avg) type = value_type::real;
  return true;
}

void checker::wrong_argument(const syntax& call) {
  const bool several = call.parts.size() > 1;
  std::string hint =
      call.text == "count"
          ? "name the step with AS: WHEN event AS v AT LEAST 3 TIMES …, then count(v)"
          : "name the step with AS: WHEN event AS v AT LEAST 3 TIMES …, then " + call.text +
                "(v.attribute)";
  if (several && call.text == "min") hint = "for the smaller of several values write least(a, b)";
  if (several && call.text == "max") hint = "for the larger of several values write greatest(a, b)";
  out_.error(
      call.at,
      call.text + "() takes " +
          (call.text == "count" ? "the alias of a step" : "one attribute of an aliased step"),
      std::move(hint), topic::functions);
}

}  // namespace beckon::language
