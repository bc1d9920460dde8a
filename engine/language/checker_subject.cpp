// Whom a rule watches (FOR, BY), whether its events concern them, and whom it tells (TO EACH).
#include <algorithm>

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

/// "write FOR item", or where the event concerns nobody how to declare it.
std::string other_subject(const event_declaration& d, const std::string& kind) {
  if (d.subjects.empty()) {
    return "declare its subject in the event catalogue: {" + kind + ": attribute}";
  }
  std::string kinds;
  for (const auto& [other, roles] : d.subjects) kinds += (kinds.empty() ? "" : " or ") + other;
  return "it concerns " + kinds + ": write FOR " + d.subjects.front().first +
         " behind the rule's name";
}

}  // namespace

void checker::subject() {
  if (rule_.by) made_->subject_by = rule_.by->name.text;
  if (!rule_.subject.given() || same_word(rule_.subject.text, "user")) return;
  knows_subject_ = events_.entity(rule_.subject.text) != nullptr;
  if (knows_subject_) {
    made_->subject_kind = rule_.subject.text;
    return;
  }
  out_.error(rule_.subject.at, "there is no entity " + shown(rule_.subject.text),
             "write FOR user, or declare the entity in the event catalogue", topic::subject);
}

/// An event that concerns nobody of the rule's subject kind never reaches the rule.
void checker::concerns_subject(event_type_id type, const placed_name& name) {
  if (!knows_subject_) return;
  const event_declaration& d = events_.declaration(type);
  const std::string& kind = made_->subject_kind;
  const auto* roles = roles_of(d, kind);
  if (roles == nullptr) {
    out_.error(name.at,
               "event " + shown(name.text) + " concerns no " + kind + ", so no " + kind +
                   "'s rule sees it",
               other_subject(d, kind), topic::subjects);
    return;
  }
  if (!rule_.by || !has_field(d, rule_.by->name.text)) return;
  if (std::find(roles->begin(), roles->end(), rule_.by->name.text) != roles->end()) return;
  out_.error(name.at,
             "event " + shown(name.text) + " does not name its " + kind + " by " +
                 shown(rule_.by->name.text),
             suggest(rule_.by->name.text, *roles, "its subjects are in the event catalogue"),
             topic::subjects);
}

void checker::by_attribute() {
  if (!rule_.by || !knows_subject_) return;
  const std::string& by = rule_.by->name.text;
  std::vector<std::string> known;
  for (const type_list& listed : types_) {
    for (const event_type_id type : listed.types) {
      if (const auto* roles = roles_of(events_.declaration(type), made_->subject_kind)) {
        known.insert(known.end(), roles->begin(), roles->end());
      }
      if (has_field(events_.declaration(type), by)) return;
    }
    if (listed.unknown) return;
  }
  out_.error(rule_.by->name.at,
             "no event of this rule names its " + made_->subject_kind + " by " + shown(by),
             suggest(by, known), topic::subject);
}

void checker::to_each() {
  if (!rule_.to_each.given()) return;
  const relation_declaration* relation = events_.relation(rule_.to_each.text);
  if (relation == nullptr) {
    std::vector<std::string> known;
    for (const relation_declaration& r : events_.relations()) known.push_back(r.name);
    out_.error(rule_.to_each.at, "there is no relation " + shown(rule_.to_each.text),
               suggest(rule_.to_each.text, known, "declare it in the event catalogue"),
               topic::relations);
    return;
  }
  if (knows_subject_ && relation->owner_kind != made_->subject_kind) {
    out_.error(rule_.to_each.at,
               "relation " + shown(relation->name) + " leads from one " + relation->owner_kind +
                   " to each " + relation->member_kind + ", but this rule watches one " +
                   made_->subject_kind,
               "write FOR " + relation->owner_kind + " behind the rule's name", topic::relations);
    return;
  }
  made_->to_each = relation->name;
}

}  // namespace beckon::language
