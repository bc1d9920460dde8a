// What the declarations of a catalogue must fulfil. Errors are `invalid`, `where` naming the entity
// or event. Pure.
#pragma once

#include <vector>

#include "engine/access/catalogue.hpp"

namespace beckon {

/// Names, id attributes and fields of the entities; none twice.
result<void> check_entities(const std::vector<entity_declaration>& entities);

/// Names, fields and subjects of the events, against checked entities; none twice.
result<void> check_events(const std::vector<event_declaration>& events,
                          const std::vector<entity_declaration>& entities);

}  // namespace beckon
