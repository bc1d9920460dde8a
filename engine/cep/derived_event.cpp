#include "engine/cep/derived_event.hpp"

#include <algorithm>
#include <utility>

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

value returned_by(const event& e, const std::string& name, const catalogue& events) {
  const auto id = events.attribute(name);
  const value* content = id ? e.find(*id) : nullptr;
  if (content == nullptr) content = find_field(e.extra, name);
  return content == nullptr ? value() : *content;
}

}  // namespace

telling telling_of(const match& m) {
  return {m.occurrence, m.rule->name, m.time, m.time, m.returns};
}

hash128 occurrence_for(hash128 firing, std::string_view member) {
  return hash_builder().hash(firing).text(member).finish();
}

event derived_event(const telling& t, const relation_declaration& relation, std::string_view member,
                    const catalogue& events) {
  event e;
  e.type = *events.type(t.rule);
  e.time = t.fired;
  e.arrival = t.arrival;
  e.id = to_hex(occurrence_for(t.occurrence, member));
  e.source = derived_source;
  e.attributes.push_back({*events.attribute(relation.member_attribute), value(member)});
  for (const field& returned : t.returns) take(e, returned, events);
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& a, const attribute& b) { return a.name < b.name; });
  return e;
}

concerned_subject member_of(const relation_declaration& relation, std::string member) {
  return {{relation.member_kind, std::move(member)}, {relation.member_attribute}};
}

std::shared_ptr<const language::checked_rule> teller_named(const rule_set& rules,
                                                           std::string_view name) {
  const auto& all = rules.rules();
  const auto at =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const auto& rule, std::string_view n) { return rule->name < n; });
  const bool found = at != all.end() && (*at)->name == name && !(*at)->to_each.empty();
  return found ? *at : nullptr;
}

std::optional<match> match_told_by(const event& e,
                                   std::shared_ptr<const language::checked_rule> rule,
                                   const catalogue& events) {
  const auto occurrence = hash_from_hex(e.id);
  if (!occurrence) return std::nullopt;
  match m;
  m.time = e.time;
  m.last_source = e.source;
  m.last_id = e.id;
  m.occurrence = *occurrence;
  for (const language::return_item& r : rule->returns)
    m.returns.push_back({r.name, returned_by(e, r.name, events)});
  m.rule = std::move(rule);
  return m;
}

}  // namespace beckon::cep
