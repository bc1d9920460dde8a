// What the declarations of a catalogue must fulfil. Errors are `invalid`, `where` naming the entity
// or event. Pure.
#pragma once

#include <span>
#include <vector>

#include "engine/access/catalogue.hpp"

namespace beckon {

/// Names, id attributes and fields of the entities; none twice.
result<void> check_entities(const std::vector<entity_declaration>& entities);

/// Names, fields and subjects of the events, against checked entities; none twice.
result<void> check_events(const std::vector<event_declaration>& events,
                          const std::vector<entity_declaration>& entities);

/// Names, kinds, attributes and bounds of the relations, and the events that change them; none
/// twice. `declared`: without those every catalogue has.
result<void> check_relations(const std::vector<relation_declaration>& relations,
                             const std::vector<entity_declaration>& entities,
                             std::span<const event_declaration> declared);

}  // namespace beckon
