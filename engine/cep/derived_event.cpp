#include "engine/cep/derived_event.hpp"

#include <algorithm>

#include "engine/access/normalise.hpp"

namespace beckon::cep {
namespace {

/// What RETURN computed, as the derived event's attribute; what does not fit its type is kept
/// aside.
void take(event& e, const field& returned, const catalogue& events) {
  if (returned.content.is_null()) return;
  const auto id = events.attribute(returned.name);
  const auto type = id ? events.attribute_type_in(e.type, *id) : std::nullopt;
  auto converted = type ? convert(returned.content, *type, "UTC") : result<value>(value());
  if (converted && !converted->is_null()) {
    e.attributes.push_back({*id, *std::move(converted)});
  } else {
    e.extra.push_back(returned);
  }
}

}  // namespace

hash128 occurrence_for(const match& m, std::string_view member) {
  return hash_builder().hash(m.occurrence).text(member).finish();
}

event derived_event(const match& m, const relation_declaration& relation, std::string_view member,
                    const catalogue& events) {
  event e;
  e.type = *events.type(m.rule->name);
  e.time = e.arrival = m.time;
  e.id = to_hex(occurrence_for(m, member));
  e.source = derived_source;
  e.attributes.push_back({*events.attribute(relation.member_attribute), value(member)});
  for (const field& returned : m.returns) take(e, returned, events);
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& a, const attribute& b) { return a.name < b.name; });
  return e;
}

concerned_subject member_of(const relation_declaration& relation, std::string member) {
  return {{relation.member_kind, std::move(member)}, {relation.member_attribute}};
}

}  // namespace beckon::cep
