// Recorded events (language.md): NDJSON, one object a line: `type`, `time`, optional `id` and
// `source`, every other field an attribute; `$user` rows likewise. Also what NATS clients publish:
// the same JSON, or Protobuf.
#pragma once

#include <optional>
#include <string_view>

#include "engine/access/normalise.hpp"
#include "messages/codec/json.hpp"

namespace beckon::codec {

/// The members of one object as an event. Errors point into the object.
result<raw_event> from_recorded(field_list members);

/// Reads the lines of one input in order; not thread-safe.
class recorded_reader {
 public:
  /// One line without its line end. A `$` row without time takes the time of the row before it.
  result<raw_event> read(std::string_view line);

 private:
  json_reader json_;
  std::optional<value> last_time_;
};

/// One event as a NATS client sends it: a JSON object where the first byte that is no blank is '{',
/// else Protobuf.
result<raw_event> read_published(std::string_view data, json_reader& json);

}  // namespace beckon::codec
