// The canonical event: what every door makes of what it receives, and what rules judge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/subject.hpp"
#include "engine/base/time.hpp"
#include "engine/base/value.hpp"

namespace beckon {

/// Dense number of an event type within one catalogue. Never stored: names are.
enum class event_type_id : std::uint16_t {};
/// Dense number of an attribute name within one catalogue. Never stored: names are.
enum class attribute_id : std::uint16_t {};

/// Attributes every event has, numbered from the top so that they never meet a catalogue's.
inline constexpr attribute_id attribute_time{0xFFFF};      ///< event.time
inline constexpr attribute_id attribute_type{0xFFFE};      ///< event.type
inline constexpr attribute_id attribute_source{0xFFFD};    ///< event.source
inline constexpr attribute_id attribute_event_id{0xFFFC};  ///< event.id

/// `$user`: upserts fields of the user's profile. Type 0 of every catalogue; no rule can name it.
inline constexpr event_type_id type_profile_row{0};

struct attribute {
  attribute_id name;
  value content;
};

/// One event in its catalogue's terms.
struct event {
  event_type_id type{};
  timestamp time{};        ///< when it happened, as its source says (or arrival)
  timestamp arrival{};     ///< when a door took it; equals `time` in replay
  std::string id;          ///< unique within the source; given by the client or by the door
  bool client_id = false;  ///< the client gave `id`: only such events need a deduplication key
  std::string source;
  std::vector<attribute> attributes;  ///< those the catalogue knows, sorted by name, none NULL
  field_list extra;  ///< the others, kept as they came; for `$user` rows: all fields

  /// The attribute's content, or nullptr where the event has none. Not for the four above.
  const value* find(attribute_id name) const noexcept;
};

/// A subject an event concerns, with the attributes ("roles") that name it, in the catalogue's
/// order.
struct concerned_subject {
  subject who;
  std::vector<std::string> roles;
  friend bool operator==(const concerned_subject&, const concerned_subject&) = default;
};

}  // namespace beckon
