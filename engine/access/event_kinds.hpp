// What kinds of events and attributes there are beside the catalogue's own: asked by the compiler of rules
// and by the matcher alike. Pure functions; any thread.
#pragma once

#include <algorithm>
#include <string_view>

#include "engine/access/catalogue.hpp"

namespace beckon {

/// May be ANY EVENT and may break a row: neither `background`, nor a `$` row, nor derived, nor a
/// tracking step.
inline bool is_ordinary(const event_declaration& type) noexcept {
  return !type.background && !type.derived && !type.name.starts_with('$') &&
         std::find(tracking_steps.begin(), tracking_steps.end(), type.name) == tracking_steps.end();
}

/// "event.time" and so on of the attributes every event has; empty for one of the catalogue's.
inline std::string_view own_attribute_name(attribute_id attribute) noexcept {
  switch (attribute) {
    case attribute_time:
      return "event.time";
    case attribute_type:
      return "event.type";
    case attribute_source:
      return "event.source";
    case attribute_event_id:
      return "event.id";
    default:
      return {};
  }
}

}  // namespace beckon
