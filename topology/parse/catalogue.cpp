#include "topology/parse/catalogue.hpp"

#include <array>
#include <set>

namespace beckon::topology {
namespace {

struct type_name {
  std::string_view name;
  value_type type;
};
constexpr std::array<type_name, 7> type_names = {{{"string", value_type::text},
                                                  {"int64", value_type::integer},
                                                  {"double", value_type::real},
                                                  {"bool", value_type::boolean},
                                                  {"time", value_type::time},
                                                  {"duration", value_type::span},
                                                  {"list", value_type::list}}};

std::vector<std::string> known_types() {
  std::vector<std::string> names;
  for (const type_name& t : type_names) names.emplace_back(t.name);
  return names;
}

/// `node` is a scalar naming a type; anything unknown is reported.
value_type read_type(const settings& node, const std::string& field, problems& out) {
  for (const type_name& t : type_names) {
    if (t.name == node.scalar) return t.type;
  }
  const std::string near = nearest(node.scalar, known_types());
  out.push_back(node.at("field '" + field + "' has the unknown type '" + node.scalar + "'",
                        near.empty() ? "types: string, int64, double, bool, time, duration, list"
                                     : "did you mean '" + near + "'?"));
  return value_type::text;
}

/// `name: type`, or `name: {type: …, required: …}`.
field_declaration parse_field(const settings::member& m, problems& out) {
  field_declaration field{m.key};
  if (m.content.what == settings::shape::scalar) {
    field.type = read_type(m.content, m.key, out);
    return field;
  }
  settings_reader reader(m.content, "field '" + m.key + "'", out);
  if (const settings* type = reader.node("type", true)) field.type = read_type(*type, m.key, out);
  field.required = reader.boolean("required", false);
  reader.finish();
  return field;
}

std::vector<field_declaration> parse_fields(const settings* node, problems& out) {
  std::vector<field_declaration> fields;
  if (node == nullptr) return fields;
  if (node->what != settings::shape::map) {
    out.push_back(node->at("'fields' must be a map of 'name: type'"));
    return fields;
  }
  for (const settings::member& m : node->members) fields.push_back(parse_field(m, out));
  return fields;
}

/// `subjects: {user: user_id}` or `{user: [target_user_id, user_id]}`; absent: the user named by
/// `user_id`.
void parse_subjects(const settings* node, event_declaration& event, problems& out) {
  if (node == nullptr) {
    event.subjects.push_back({"user", {"user_id"}});
    return;
  }
  settings_reader reader(*node, "'subjects' of event '" + event.name + "'", out);
  for (const settings::member& m : node->members) {
    event.subjects.push_back({m.key, reader.texts(m.key, true)});
  }
}

entity_declaration parse_entity(const settings::member& m, problems& out) {
  entity_declaration entity{m.key, "", {}};
  settings_reader reader(m.content, "entity '" + m.key + "'", out);
  entity.id_attribute = reader.text("id", m.key + "_id");
  entity.fields = parse_fields(reader.node("fields"), out);
  reader.finish();
  return entity;
}

bool has_field(const event_declaration& event, std::string_view name) {
  for (const field_declaration& f : event.fields) {
    if (f.name == name) return true;
  }
  return false;
}

/// The attribute that names the user need not be listed among the fields: it is text and required.
void complete_default_subject(event_declaration& event,
                              const std::vector<entity_declaration>& entities) {
  for (const auto& [kind, roles] : event.subjects) {
    for (const std::string& role : roles) {
      for (const entity_declaration& e : entities) {
        if (e.name == kind && e.id_attribute == role && !has_field(event, role)) {
          event.fields.push_back({role, value_type::text, true});
        }
      }
    }
  }
}

event_declaration parse_event(const settings::member& m, problems& out) {
  event_declaration event;
  event.name = m.key;
  if (m.content.what == settings::shape::null) {
    parse_subjects(nullptr, event, out);
    return event;
  }
  settings_reader reader(m.content, "event '" + m.key + "'", out);
  event.fields = parse_fields(reader.node("fields"), out);
  parse_subjects(reader.node("subjects"), event, out);
  event.background = reader.boolean("background", false);
  if (reader.node("retention") != nullptr) event.retention = reader.span("retention");
  reader.finish();
  return event;
}

/// `build` says what is wrong with one declaration; the place is its key in the file.
bool accept(const result<std::shared_ptr<const catalogue>>& built, const settings::member& m,
            problems& out) {
  if (built) return true;
  const std::string& message = built.error().message;
  out.push_back({m.content.file, m.line, m.column, "'" + m.key + "': " + message});
  return false;
}

std::vector<entity_declaration> parse_entities(const settings* node, problems& out) {
  std::vector<entity_declaration> good;
  if (node != nullptr && node->what != settings::shape::map) {
    out.push_back(node->at("'entities' must be a map of entity names"));
  } else if (node != nullptr) {
    for (const settings::member& m : node->members) {
      entity_declaration entity = parse_entity(m, out);
      if (accept(catalogue::build({entity}, {}), m, out)) good.push_back(std::move(entity));
    }
  }
  bool user = false;
  for (const entity_declaration& e : good) user = user || e.name == "user";
  if (!user) good.insert(good.begin(), {"user", "user_id", {}});
  return good;
}

std::vector<event_declaration> parse_events(const settings* node,
                                            const std::vector<entity_declaration>& entities,
                                            problems& out) {
  std::vector<event_declaration> good;
  if (node == nullptr) return good;
  if (node->what != settings::shape::map) {
    out.push_back(node->at("'events' must be a map of event names"));
    return good;
  }
  for (const settings::member& m : node->members) {
    event_declaration event = parse_event(m, out);
    complete_default_subject(event, entities);
    if (accept(catalogue::build(entities, {event}), m, out)) good.push_back(std::move(event));
  }
  return good;
}

/// `user_id`, of the entity it is the id of, or `{user: author_id}`: one of its roles.
void parse_side(const settings* node, const std::vector<entity_declaration>& entities,
                std::string_view side, std::string& kind, std::string& attribute, problems& out) {
  if (node == nullptr) return;
  if (node->what == settings::shape::map && node->members.size() == 1 &&
      node->members[0].content.what == settings::shape::scalar) {
    kind = node->members[0].key;
    attribute = node->members[0].content.scalar;
    return;
  }
  std::vector<std::string> ids;
  for (const entity_declaration& e : entities) {
    if (node->what == settings::shape::scalar && e.id_attribute == node->scalar) {
      kind = e.name;
      attribute = node->scalar;
      return;
    }
    ids.push_back(e.id_attribute);
  }
  const std::string near = nearest(node->scalar, ids);
  out.push_back(node->at("'" + std::string(side) + "' must be the id attribute of an entity, " +
                             "such as user_id, or {entity: attribute}",
                         near.empty() ? "" : "did you mean '" + near + "'?"));
}

/// Kinds stay empty where a side was reported.
relation_declaration parse_relation(const settings::member& m,
                                    const std::vector<entity_declaration>& entities,
                                    problems& out) {
  relation_declaration r;
  r.name = m.key;
  settings_reader reader(m.content, "relation '" + m.key + "'", out);
  parse_side(reader.node("member", true), entities, "member", r.member_kind, r.member_attribute,
             out);
  parse_side(reader.node("owner", true), entities, "owner", r.owner_kind, r.owner_attribute, out);
  r.added_by = reader.texts("added_by", true);
  r.removed_by = reader.texts("removed_by");
  r.most_per_member =
      static_cast<std::size_t>(reader.integer("most_per_member", 1000, 1, 1'000'000));
  r.most_per_owner =
      static_cast<std::size_t>(reader.integer("most_per_owner", 10'000'000, 1, 1'000'000'000));
  if (reader.node("ttl") != nullptr) r.ttl = reader.span("ttl");
  reader.finish();
  return r;
}

std::vector<relation_declaration> parse_relations(const settings* node,
                                                  const std::vector<entity_declaration>& entities,
                                                  const std::vector<event_declaration>& events,
                                                  problems& out) {
  std::vector<relation_declaration> good;
  if (node == nullptr) return good;
  if (node->what != settings::shape::map) {
    out.push_back(node->at("'relations' must be a map of relation names"));
    return good;
  }
  for (const settings::member& m : node->members) {
    const std::size_t before = out.size();
    relation_declaration r = parse_relation(m, entities, out);
    if (out.size() != before) continue;
    if (accept(catalogue::build(entities, events, {r}), m, out)) good.push_back(std::move(r));
  }
  return good;
}

}  // namespace

std::shared_ptr<const catalogue> empty_catalogue() {
  auto built = catalogue::build({}, {});
  return built ? *built : nullptr;
}

std::shared_ptr<const catalogue> parse_catalogue(const settings& root, problems& out) {
  settings_reader reader(root, "catalogue.yaml", out);
  const std::vector<entity_declaration> entities = parse_entities(reader.node("entities"), out);
  std::vector<event_declaration> events = parse_events(reader.node("events", true), entities, out);
  std::vector<relation_declaration> relations =
      parse_relations(reader.node("relations"), entities, events, out);
  reader.finish();
  auto built = catalogue::build(entities, std::move(events), std::move(relations));
  if (built) return *built;
  out.push_back(root.at(built.error().where + ": " + built.error().message));
  return empty_catalogue();
}

}  // namespace beckon::topology
