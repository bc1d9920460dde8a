// Events of the catalogue, SAME and aliases.
#include <algorithm>
#include <array>

#include "engine/access/event_kinds.hpp"
#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

bool is_number(value_type t) {
  return t == value_type::integer || t == value_type::real;
}

bool is_positive(const clause_syntax& c) {
  return c.kind == clause_kind::when || c.kind == clause_kind::then;
}

}  // namespace

void checker::resolve_events() {
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const clause_syntax& c = rule_.clauses[i];
    types_.push_back(c.kind == clause_kind::pause ? type_list{} : resolve(c.pattern));
    if (is_positive(c)) last_step_ = i;
  }
  for (const pattern_syntax& p : rule_.unless) unless_types_.push_back(resolve(p));
}

checker::type_list checker::resolve(const pattern_syntax& p) {
  type_list out;
  out.any = p.any;
  for (std::size_t i = 1; p.any && i < events_.type_count(); ++i) {
    const auto type = static_cast<event_type_id>(i);
    if (!events_.is_row(type) && is_any_event(events_.declaration(type))) out.types.push_back(type);
  }
  for (const placed_name& name : p.types) {
    const auto type = events_.type(name.text);
    if (!type || events_.is_row(*type)) {
      out_.error(name.at, "there is no event " + shown(name.text),
                 suggest(name.text, events_.type_names(), "declare it in the event catalogue"),
                 topic::types);
      out.unknown = true;
    } else if (std::find(out.types.begin(), out.types.end(), *type) != out.types.end()) {
      out_.warn(name.at, shown(name.text) + " is listed twice");
    } else {
      out.types.push_back(*type);
      concerns_subject(*type, name);
    }
  }
  std::sort(out.types.begin(), out.types.end());
  return out;
}

/// What ANY EVENT of this rule can be.
bool checker::is_any_event(const event_declaration& d) const {
  const bool concerned =
      std::any_of(d.subjects.begin(), d.subjects.end(),
                  [&](const auto& subject) { return subject.first == made_->subject_kind; });
  return concerned && is_ordinary(d);
}

void checker::aliases() {
  static constexpr std::array<std::string_view, 4> kept_words{"user", "event", "item", "now"};
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const placed_name& alias = rule_.clauses[i].alias;
    if (!alias.given()) continue;
    const bool reserved =
        attached_entity(alias.text) != nullptr ||
        std::any_of(kept_words.begin(), kept_words.end(),
                    [&](std::string_view word) { return same_word(word, alias.text); });
    if (reserved) {
      out_.error(alias.at, shown(alias.text) + " means something else in expressions",
                 "choose another alias", topic::names);
    } else if (!aliases_.emplace(alias.text, i).second) {
      out_.error(alias.at, "the alias " + shown(alias.text) + " is given twice",
                 "choose another alias", topic::names);
    }
  }
}

void checker::same_attributes() {
  limit(rule_.same.size(), 4, rule_.name.at, "attributes behind SAME");
  for (const attribute_syntax& a : rule_.same) {
    const bool pseudo = a.of_event && (a.name.text == "type" || a.name.text == "source");
    const auto id = pseudo ? (a.name.text == "type" ? attribute_type : attribute_source)
                           : events_.attribute(a.name.text);
    if (!id) {
      missing_attribute(a.name, types_[0]);
      continue;
    }
    if (std::find(made_->same.begin(), made_->same.end(), *id) != made_->same.end()) {
      out_.error(a.name.at, shown(a.name.text) + " stands twice behind SAME", {}, topic::same);
      continue;
    }
    if (!pseudo) same_in_steps(a, *id);
    made_->same.push_back(*id);
  }
}

/// Every type of every step has the attribute, and always with the same type: else keys would never
/// meet.
void checker::same_in_steps(const attribute_syntax& a, attribute_id id) {
  value_type type = value_type::null;
  for (const clause_syntax& c : rule_.clauses) {
    for (const placed_name& name : c.pattern.types) same_in_type(a, id, name, is_positive(c), type);
  }
  for (const pattern_syntax& p : rule_.unless) {
    for (const placed_name& name : p.types) same_in_type(a, id, name, false, type);
  }
}

void checker::same_in_type(const attribute_syntax& a, attribute_id id, const placed_name& name,
                           bool positive, value_type& type) {
  const auto event = events_.type(name.text);
  if (!event || events_.is_row(*event)) return;
  const auto own = events_.attribute_type_in(*event, id);
  if (!own && positive) {
    out_.error(name.at,
               "event " + shown(name.text) + " has no attribute " + shown(a.name.text) +
                   ", which SAME needs in every step",
               "leave it out of SAME, or declare it in the event catalogue", topic::same_key);
  } else if (own == value_type::list) {
    out_.error(a.name.at, "SAME cannot be a list", "use an attribute with a single value",
               topic::same);
  } else if (own && *own != value_type::null && type != value_type::null && *own != type &&
             !(is_number(*own) && is_number(type))) {
    out_.error(name.at,
               shown(a.name.text) + " is " + std::string(to_string(*own)) + " in event " +
                   shown(name.text) + " but " + std::string(to_string(type)) +
                   " in an earlier one: they never are the SAME",
               {}, topic::same_key);
  } else if (own && type == value_type::null) {
    type = *own;
  }
}

}  // namespace beckon::language
