#include "engine/access/catalogue_check.hpp"

#include <algorithm>
#include <set>

#include "engine/access/catalogue_built_in.hpp"

namespace beckon {
namespace {

constexpr std::size_t longest_name = 128;
constexpr std::size_t most_types = 0xFFF0;  // event_type_id has 16 bits

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

error wrong(std::string where, std::string message) {
  return error{errc::invalid, std::move(message), std::move(where)};
}

/// A name a rule can write, in backquotes if need be.
result<void> check_name(const std::string& name, std::string_view what, const std::string& where) {
  const std::string whose = std::string(what) + " name " + quoted(name);
  if (name.empty()) return wrong(where, "a " + std::string(what) + " name is empty");
  if (name.size() > longest_name) {
    return wrong(where, whose + " is longer than " + std::to_string(longest_name) + " bytes");
  }
  if (name.front() == '$') {
    return wrong(where, whose + " starts with '$', which is kept for rows of tables");
  }
  if (name.front() == ' ' || name.back() == ' ') {
    return wrong(where, whose + " starts or ends with a blank");
  }
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '`') {
      return wrong(where, whose + " holds a backquote or a control character");
    }
  }
  return {};
}

/// Letters, digits and underscores, no digit first: what stands before a dot in expressions.
result<void> check_identifier(const std::string& name, std::string_view what,
                              const std::string& where) {
  if (auto checked = check_name(name, what, where); !checked) return checked;
  const auto fits = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
  };
  const bool digit_first = name.front() >= '0' && name.front() <= '9';
  if (digit_first || !std::all_of(name.begin(), name.end(), fits)) {
    return wrong(where, std::string(what) + " name " + quoted(name) +
                            " must be letters, digits and '_', not starting with a digit");
  }
  return {};
}

bool stands_for_the_event(std::string_view name) {
  return name == "type" || name == "time" || name == "id" || name == "source";
}

result<void> check_fields(const std::vector<field_declaration>& fields, const std::string& where,
                          bool any_type = false) {
  std::set<std::string_view> seen;
  for (const field_declaration& f : fields) {
    if (auto checked = check_name(f.name, "field", where); !checked) return checked;
    if (stands_for_the_event(f.name)) {
      return wrong(where, "field " + quoted(f.name) + " is something every event has (event." +
                              f.name + "); choose another name");
    }
    if (!seen.insert(f.name).second) {
      return wrong(where, "field " + quoted(f.name) + " is declared twice");
    }
    if (f.type == value_type::null && !any_type) {
      return wrong(where, "field " + quoted(f.name) + " has no type");
    }
  }
  return {};
}

/// Ids are text or whole numbers; a field that is one must say so.
result<void> check_id_type(const std::vector<field_declaration>& fields, const std::string& id,
                           std::string_view what, const std::string& where) {
  const auto declared = std::find_if(fields.begin(), fields.end(),
                                     [&](const field_declaration& f) { return f.name == id; });
  if (declared == fields.end() || declared->type == value_type::text ||
      declared->type == value_type::integer || declared->type == value_type::null) {
    return {};
  }
  return wrong(where, std::string(what) + " " + quoted(id) + " must be string or int64, not " +
                          std::string(to_string(declared->type)));
}

result<void> check_role(const event_declaration& e, const std::string& role,
                        const std::string& where) {
  const auto declared = std::find_if(e.fields.begin(), e.fields.end(),
                                     [&](const field_declaration& f) { return f.name == role; });
  if (declared == e.fields.end()) {
    std::vector<std::string> names;
    for (const field_declaration& f : e.fields) names.push_back(f.name);
    const std::string near = nearest(role, names);
    return wrong(where, "subject attribute " + quoted(role) + " is no field of this event" +
                            (near.empty() ? "" : "; did you mean " + quoted(near) + "?"));
  }
  return check_id_type(e.fields, role, "subject attribute", where);
}

result<void> check_subjects(const event_declaration& e,
                            const std::vector<entity_declaration>& entities,
                            const std::string& where) {
  std::set<std::string_view> kinds;
  for (const auto& [kind, roles] : e.subjects) {
    const auto known =
        std::find_if(entities.begin(), entities.end(),
                     [&kind = kind](const entity_declaration& d) { return d.name == kind; });
    if (known == entities.end()) {
      return wrong(where, "subject " + quoted(kind) + " is no declared entity");
    }
    if (!kinds.insert(kind).second) {
      return wrong(where, "subject " + quoted(kind) + " is listed twice");
    }
    if (roles.empty()) return wrong(where, "subject " + quoted(kind) + " names no attribute");
    std::set<std::string_view> seen;
    for (const std::string& role : roles) {
      if (!seen.insert(role).second) {
        return wrong(where, "subject attribute " + quoted(role) + " is listed twice");
      }
      if (auto checked = check_role(e, role, where); !checked) return checked;
    }
  }
  return {};
}

/// The declaration of that name, or nullptr.
template <class Declarations>
auto named(const Declarations& among, std::string_view name) -> decltype(among.data()) {
  const auto at =
      std::find_if(among.begin(), among.end(), [name](const auto& d) { return d.name == name; });
  return at == among.end() ? nullptr : &*at;
}

result<void> check_sides(const relation_declaration& r,
                         const std::vector<entity_declaration>& entities,
                         const std::string& where) {
  for (const std::string& kind : {r.member_kind, r.owner_kind}) {
    if (named(entities, kind) == nullptr) {
      return wrong(where, quoted(kind) + " is no declared entity");
    }
  }
  for (const std::string& attribute : {r.member_attribute, r.owner_attribute}) {
    if (auto checked = check_name(attribute, "attribute", where); !checked) return checked;
    if (stands_for_the_event(attribute)) {
      return wrong(where, "attribute " + quoted(attribute) +
                              " is something every event has; choose another name");
    }
  }
  if (r.member_attribute == r.owner_attribute) {
    return wrong(where, "member and owner are the same attribute " + quoted(r.member_attribute));
  }
  return {};
}

/// An event that adds or removes names both sides, by ids.
result<void> check_change(const relation_declaration& r, const std::string& event,
                          std::span<const event_declaration> declared, const std::string& where) {
  const event_declaration* known = named(declared, event);
  if (known == nullptr) {
    std::vector<std::string> names;
    for (const event_declaration& e : declared) names.push_back(e.name);
    const std::string near = nearest(event, names);
    return wrong(where, quoted(event) + " is no declared event" +
                            (near.empty() ? "" : "; did you mean " + quoted(near) + "?"));
  }
  const bool both = std::count(r.added_by.begin(), r.added_by.end(), event) > 0 &&
                    std::count(r.removed_by.begin(), r.removed_by.end(), event) > 0;
  if (both) return wrong(where, "event " + quoted(event) + " cannot both add and remove");
  for (const std::string& attribute : {r.member_attribute, r.owner_attribute}) {
    if (find_declared(known->fields, attribute) == nullptr) {
      return wrong(where, "event " + quoted(event) + " has no field " + quoted(attribute));
    }
    if (auto checked =
            check_id_type(known->fields, attribute, "field", where + ", event " + quoted(event));
        !checked) {
      return checked;
    }
  }
  return {};
}

}  // namespace

result<void> check_entities(const std::vector<entity_declaration>& entities) {
  std::set<std::string_view> seen;
  for (const entity_declaration& e : entities) {
    const std::string where = "entity " + quoted(e.name);
    if (auto checked = check_identifier(e.name, "entity", where); !checked) return checked;
    if (!seen.insert(e.name).second) return wrong(where, "it is declared twice");
    if (auto checked = check_name(e.id_attribute, "id attribute", where); !checked) return checked;
    if (stands_for_the_event(e.id_attribute)) {
      return wrong(where, "id attribute " + quoted(e.id_attribute) +
                              " is something every event has; choose another name");
    }
    if (auto checked = check_fields(e.fields, where); !checked) return checked;
    if (auto checked = check_id_type(e.fields, e.id_attribute, "id attribute", where); !checked) {
      return checked;
    }
  }
  return {};
}

result<void> check_events(const std::vector<event_declaration>& events,
                          const std::vector<entity_declaration>& entities) {
  if (events.size() >= most_types) {
    return wrong("events", "more than " + std::to_string(most_types - 1) + " event types");
  }
  std::set<std::string_view> seen;
  for (const event_declaration& e : events) {
    const std::string where = "event " + quoted(e.name);
    if (auto checked = check_name(e.name, "event", where); !checked) return checked;
    if (!seen.insert(e.name).second) return wrong(where, "it is declared twice");
    if (auto checked = check_fields(e.fields, where, e.derived); !checked) return checked;
    if (e.retention && *e.retention <= duration::zero()) {
      return wrong(where, "retention must be longer than nothing");
    }
    if (auto checked = check_subjects(e, entities, where); !checked) return checked;
  }
  return {};
}

result<void> check_relations(const std::vector<relation_declaration>& relations,
                             const std::vector<entity_declaration>& entities,
                             std::span<const event_declaration> declared) {
  std::set<std::string_view> seen;
  for (const relation_declaration& r : relations) {
    const std::string where = "relation " + quoted(r.name);
    if (auto checked = check_identifier(r.name, "relation", where); !checked) return checked;
    if (!seen.insert(r.name).second) return wrong(where, "it is declared twice");
    if (named(entities, r.name) != nullptr) {
      return wrong(where, "an entity has the same name; choose another");
    }
    if (auto checked = check_sides(r, entities, where); !checked) return checked;
    if (r.added_by.empty()) return wrong(where, "'added_by' names no event");
    for (const auto* list : {&r.added_by, &r.removed_by}) {
      for (const std::string& event : *list) {
        if (auto checked = check_change(r, event, declared, where); !checked) return checked;
      }
    }
    if (r.most_per_member == 0 || r.most_per_owner == 0) {
      return wrong(where, "it must hold at least one row on each side");
    }
    if (r.ttl && *r.ttl <= duration::zero()) {
      return wrong(where, "ttl must be longer than nothing");
    }
  }
  return {};
}

}  // namespace beckon
