// WHEN and THEN: what a step counts, sums and asks of what it counted.
#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr std::int64_t most_counted = 1000;

taken aggregate_named(std::string_view function) {
  return function == "AVG" ? taken::avg : function == "MIN" ? taken::min : taken::max;
}

}  // namespace

void checker::clauses() {
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    switch (rule_.clauses[i].kind) {
      case clause_kind::when:
      case clause_kind::then: {
        step made = checked_step(i);
        position_of_.push_back(made_->clauses.size());
        step_before_ = i;
        made_->clauses.emplace_back(std::move(made));
        break;
      }
      case clause_kind::look_back:
        checked_look_back(i);
        break;
      case clause_kind::in_between:
        checked_interruption(i);
        break;
      default:
        checked_wait(i);
        break;
    }
  }
  interruptions_without_end();
}

step checker::checked_step(std::size_t index) {
  const clause_syntax& c = rule_.clauses[index];
  step s;
  s.next = c.next;
  end_interruptions(index, s);
  s.pattern = pattern(c.pattern, types_[index], {.clause = index});
  s.alias = c.alias.text;
  if (c.length) s.within = c.length->length;
  count(c, index, s);
  bound(c, index, s);
  return s;
}

void checker::count(const clause_syntax& c, std::size_t index, step& s) {
  const quantity_syntax& q = c.quantity;
  if (q.kind == quantity_kind::none) return;
  if (q.kind == quantity_kind::sum) {
    sum(q, index, s);
  } else if (q.count < 1 || q.count > most_counted) {
    out_.error(q.count_at, "AT LEAST counts from 1 to " + std::to_string(most_counted),
               q.count < 1 ? "absence is written BUT NOT event FOR 10 min" : "", topic::bounds);
    return;
  } else {
    s.count = static_cast<std::uint32_t>(q.count);
    s.in_a_row = q.in_a_row;
    if (q.count > 1) s.how = quantity::times;
  }
  if (q.kind == quantity_kind::different) {
    s.how = quantity::different;
    const auto found = use(q.attribute.name, q.attribute.of_event, types_[index], true);
    if (found) s.different = found->id;
  }
  aggregate_bound_of(q, index, s);
}

void checker::sum(const quantity_syntax& q, std::size_t index, step& s) {
  s.how = quantity::sum;
  s.sum_op = q.op;
  s.threshold = q.threshold;
  if (const auto found = number(q.attribute, index, "SUM adds")) s.summed = found->id;
}

void checker::aggregate_bound_of(const quantity_syntax& q, std::size_t index, step& s) {
  if (!q.also) return;
  const auto found = number(q.also->attribute, index, q.also->function + " is taken of");
  if (!found) return;
  s.also =
      aggregate_condition{aggregate_named(q.also->function), found->id, q.also->op, q.also->number};
}

/// An attribute that is a number in every listed type that has it, as far as is known.
std::optional<checker::attribute_use> checker::number(const attribute_syntax& a, std::size_t index,
                                                      std::string_view what) {
  auto found = use(a.name, a.of_event, types_[index], true);
  const auto fits = [](const attribute_use& u) {
    const bool unknown = u.type == value_type::null && !u.mixed;
    return unknown || u.type == value_type::integer || u.type == value_type::real;
  };
  if (!found || fits(*found)) return found;
  const std::string type =
      found->mixed ? "of different kinds in these events" : std::string(to_string(found->type));
  out_.error(a.name.at,
             std::string(what) + " int64 or double; " + shown(a.name.text) + " is " + type,
             "use an attribute that the event catalogue declares as a number", topic::types);
  return std::nullopt;
}

/// `where.under_test` is filled in here.
event_pattern checker::pattern(const pattern_syntax& p, const type_list& types, place where) {
  event_pattern made;
  made.any = types.any;
  if (!types.any) made.types = types.types;
  if (p.where) {
    where.under_test = &types;
    where.uses_captures = &made.where_uses_captures;
    made.where = condition(*p.where, "WHERE", where);
  }
  return made;
}

}  // namespace beckon::language
