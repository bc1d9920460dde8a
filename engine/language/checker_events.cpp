// Events of the catalogue, the subject, SAME and aliases.
#include <algorithm>
#include <array>

#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

const std::vector<std::string>* roles_of(const event_declaration& d, std::string_view kind) {
  const auto at = std::find_if(d.subjects.begin(), d.subjects.end(),
                               [&](const auto& subject) { return subject.first == kind; });
  return at == d.subjects.end() ? nullptr : &at->second;
}

bool has_field(const event_declaration& d, std::string_view name) {
  return std::any_of(d.fields.begin(), d.fields.end(),
                     [&](const field_declaration& f) { return f.name == name; });
}

}  // namespace

void checker::resolve_events() {
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const clause_syntax& c = rule_.clauses[i];
    types_.push_back(c.kind == clause_kind::pause ? type_list{} : resolve(c.pattern));
    if (c.kind == clause_kind::when || c.kind == clause_kind::then) last_step_ = i;
  }
  for (const pattern_syntax& p : rule_.unless) unless_types_.push_back(resolve(p));
}

checker::type_list checker::resolve(const pattern_syntax& p) {
  type_list out;
  out.any = p.any;
  for (std::size_t i = 1; p.any && i < events_.type_count(); ++i) {
    const auto type = static_cast<event_type_id>(i);
    if (!events_.declaration(type).background) out.types.push_back(type);
  }
  for (const placed_name& name : p.types) {
    const auto type = events_.type(name.text);
    if (!type || *type == type_profile_row) {
      out_.error(name.at, "there is no event " + shown(name.text),
                 suggest(name.text, events_.type_names(), "declare it in the event catalogue"));
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

/// An event that concerns no user never reaches a rule about users.
void checker::concerns_subject(event_type_id type, const placed_name& name) {
  const event_declaration& d = events_.declaration(type);
  const auto* roles = roles_of(d, made_->subject_kind);
  if (roles == nullptr) {
    out_.error(name.at,
               "event " + shown(name.text) + " concerns no user, so no user's rule sees it",
               "declare its subject in the event catalogue: {user: attribute}");
    return;
  }
  if (!rule_.by || !has_field(d, rule_.by->name.text)) return;
  if (std::find(roles->begin(), roles->end(), rule_.by->name.text) != roles->end()) return;
  out_.error(
      name.at,
      "event " + shown(name.text) + " does not name its user by " + shown(rule_.by->name.text),
      suggest(rule_.by->name.text, *roles, "its subjects are in the event catalogue"));
}

void checker::by_attribute() {
  if (!rule_.by) return;
  const std::string& by = rule_.by->name.text;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    for (const event_type_id type : types_[i].types) {
      if (const auto* roles = roles_of(events_.declaration(type), made_->subject_kind)) {
        known.insert(known.end(), roles->begin(), roles->end());
      }
      if (has_field(events_.declaration(type), by)) return;
    }
    if (types_[i].unknown) return;
  }
  out_.error(rule_.by->name.at, "no event of this rule names its user by " + shown(by),
             suggest(by, known));
}

void checker::aliases() {
  static constexpr std::array<std::string_view, 4> taken{"user", "event", "item", "now"};
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const placed_name& alias = rule_.clauses[i].alias;
    if (!alias.given()) continue;
    const bool reserved = std::any_of(taken.begin(), taken.end(), [&](std::string_view word) {
      return same_word(word, alias.text);
    });
    if (reserved) {
      out_.error(alias.at, shown(alias.text) + " means something else in expressions",
                 "choose another alias");
    } else if (!aliases_.emplace(alias.text, i).second) {
      out_.error(alias.at, "the alias " + shown(alias.text) + " is given twice",
                 "choose another alias");
    }
  }
}

void checker::same_attributes() {
  limit(rule_.same.size(), 4, rule_.name.at, "attributes behind SAME");
  for (const attribute_syntax& a : rule_.same) {
    const bool pseudo = a.of_event && (a.name.text == "type" || a.name.text == "source");
    if (pseudo) {
      made_->same.push_back(a.name.text == "type" ? attribute_type : attribute_source);
      continue;
    }
    const auto id = events_.attribute(a.name.text);
    if (!id) {
      missing_attribute(a.name, types_[0]);
      continue;
    }
    if (std::find(made_->same.begin(), made_->same.end(), *id) != made_->same.end()) {
      out_.error(a.name.at, shown(a.name.text) + " stands twice behind SAME");
      continue;
    }
    value_type type = value_type::null;
    same_in_step(a, *id, type);
    made_->same.push_back(*id);
  }
}

/// Every type of every step has the attribute, and always with the same type: else keys would never
/// meet.
void checker::same_in_step(const attribute_syntax& a, attribute_id id, value_type& type) {
  for (std::size_t i = 0; i < rule_.clauses.size(); ++i) {
    const clause_syntax& c = rule_.clauses[i];
    const bool positive = c.kind == clause_kind::when || c.kind == clause_kind::then;
    for (const placed_name& name : c.pattern.types) {
      const auto event = events_.type(name.text);
      if (!event || *event == type_profile_row) continue;
      const auto own = events_.attribute_type_in(*event, id);
      const bool number = own == value_type::integer || own == value_type::real;
      const bool was_number = type == value_type::integer || type == value_type::real;
      if (!own && positive) {
        out_.error(name.at,
                   "event " + shown(name.text) + " has no attribute " + shown(a.name.text) +
                       ", which SAME needs in every step",
                   "leave it out of SAME, or declare it in the event catalogue");
      } else if (own == value_type::list) {
        out_.error(a.name.at, "SAME cannot be a list", "use an attribute with a single value");
      } else if (own && type != value_type::null && *own != type && !(number && was_number)) {
        out_.error(name.at, shown(a.name.text) + " is " + std::string(to_string(*own)) +
                                " in event " + shown(name.text) + " but " +
                                std::string(to_string(type)) +
                                " in an earlier one: they never are the SAME");
      } else if (own && type == value_type::null) {
        type = *own;
      }
    }
  }
}

}  // namespace beckon::language
