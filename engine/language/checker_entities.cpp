// item.a: a field of another table, which an event brings along by the id it names.
#include <algorithm>

#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {

/// The entity that a qualifier names; null for an alias. Not the user, whose profile is looked up.
const entity_declaration* checker::attached_entity(std::string_view qualifier) const {
  const entity_declaration* exact = events_.entity(qualifier);
  return exact != nullptr ? exact : events_.entity(lowered(qualifier));
}

/// The attached attribute "item.a" of the event under test, or as captured of the step meant.
node checker::entity_field(const syntax& name, const entity_declaration& entity,
                           const place& where) {
  const type_list& types = where.under_test != nullptr ? *where.under_test : types_[where.bare];
  const attribute_use found = look_up(entity.name + "." + name.text, types);
  if (!found.found) {
    missing_field(name, entity, types);
    return nullptr;
  }
  for (const event_type_id type : found.lacking) {
    if (types.any) break;
    out_.warn(name.at,
              shown(entity.name + "." + name.text) + " is NULL for event " +
                  shown(events_.name(type)) + ", which has no " + entity.id_attribute,
              {}, topic::attributes);
  }
  if (where.under_test != nullptr) return make_attribute(found.id, found.type);
  if (where.uses_captures != nullptr) *where.uses_captures = true;
  return make_captured(capture_slot(where.bare, found.id, taken::attribute), found.type);
}

void checker::missing_field(const syntax& name, const entity_declaration& entity,
                            const type_list& types) {
  if (types.unknown) return;
  std::vector<std::string> known;
  for (const field_declaration& f : entity.fields) known.push_back(f.name);
  if (std::find(known.begin(), known.end(), name.text) == known.end()) {
    const bool id = name.text == entity.id_attribute;
    out_.error(name.at, entity.name + " has no field " + shown(name.text),
               id ? "its id is the event's own attribute: write " + entity.id_attribute
                  : suggest_or_list(name.text, known),
               topic::names);
    return;
  }
  const std::string who = types.types.size() == 1
                              ? "event " + shown(events_.name(types.types[0])) + " has no "
                              : "none of these events has an ";
  out_.error(name.at, who + entity.id_attribute + ", so it brings no " + entity.name + " along",
             "declare " + entity.id_attribute + " as an attribute of the event in the catalogue",
             topic::attributes);
}

}  // namespace beckon::language
