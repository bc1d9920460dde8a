#include "engine/access/catalogue_built_in.hpp"

#include <algorithm>

namespace beckon {
namespace {

/// The attribute that names an entity, as the entity declares it or as text.
field_declaration id_field(const entity_declaration& e) {
  const field_declaration* declared = find_declared(e.fields, e.id_attribute);
  return {e.id_attribute, declared == nullptr ? value_type::text : declared->type, true};
}

event_declaration entity_row(const entity_declaration& e) {
  event_declaration row{"$" + e.name, {id_field(e)}, {{e.name, {e.id_attribute}}}, true};
  row.built_in = true;
  for (const field_declaration& f : e.fields) {
    if (f.name != e.id_attribute) row.fields.push_back(f);
  }
  return row;
}

event_declaration relation_row(std::string_view prefix, const relation_declaration& r) {
  event_declaration row{
      std::string(prefix) + r.name,
      {{r.member_attribute, value_type::text, true}, {r.owner_attribute, value_type::text, true}},
      {},
      true};
  row.built_in = true;
  row.subjects.push_back({r.member_kind, {r.member_attribute}});
  if (r.owner_kind == r.member_kind) {
    row.subjects.front().second.push_back(r.owner_attribute);
  } else {
    row.subjects.push_back({r.owner_kind, {r.owner_attribute}});
  }
  return row;
}

void add_missing(std::vector<field_declaration>& fields, field_declaration f) {
  if (find_declared(fields, f.name) == nullptr) fields.push_back(std::move(f));
}

}  // namespace

const field_declaration* find_declared(const std::vector<field_declaration>& fields,
                                       std::string_view name) noexcept {
  const auto at = std::find_if(fields.begin(), fields.end(),
                               [name](const field_declaration& f) { return f.name == name; });
  return at == fields.end() ? nullptr : &*at;
}

void complete_tracking_steps(std::vector<event_declaration>& events,
                             const std::vector<entity_declaration>& entities) {
  const auto user = std::find_if(entities.begin(), entities.end(),
                                 [](const entity_declaration& e) { return e.name == "user"; });
  for (const std::string_view name : tracking_steps) {
    auto step = std::find_if(events.begin(), events.end(),
                             [name](const event_declaration& e) { return e.name == name; });
    if (step == events.end()) {
      event_declaration made{
          std::string(name), {id_field(*user)}, {{"user", {user->id_attribute}}}};
      made.built_in = true;
      step = events.insert(events.end(), std::move(made));
    }
    for (const char* attribute : {"action", "rule", "task", "material", "channel", "delivery_id"}) {
      add_missing(step->fields, {attribute, value_type::text, false});
    }
  }
}

std::vector<event_declaration> rows_of_tables(const std::vector<entity_declaration>& entities,
                                              const std::vector<relation_declaration>& relations) {
  std::vector<event_declaration> rows;
  for (const entity_declaration& e : entities) rows.push_back(entity_row(e));
  for (const relation_declaration& r : relations) {
    rows.push_back(relation_row("$relation.", r));
    rows.push_back(relation_row("$unrelation.", r));
  }
  return rows;
}

}  // namespace beckon
