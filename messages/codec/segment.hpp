// Segment's HTTP tracking items as events. https://segment.com/docs/connections/spec
#pragma once

#include <string_view>

#include "engine/access/normalise.hpp"

namespace beckon::codec {

/// One item, its JSON flattened (json.hpp). `kind` is what the path says ("track", "identify");
/// empty: the item's `type`. track: event → type, userId → `user_attribute`, timestamp → time,
/// messageId → id, properties → attributes; anonymousId and context.* are kept as attributes. Of an
/// event "$item" the properties are the row's fields, null included, and nothing else is.
/// identify: a `$user` row of userId with the traits. Errors point into the item.
result<raw_event> from_segment(field_list item, std::string_view kind,
                               std::string_view user_attribute);

}  // namespace beckon::codec
