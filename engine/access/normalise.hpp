// One loosely typed input item → the canonical event: type known, required fields there, types
// right. Pure functions; any thread. What is wrong comes back as error{invalid, message, where =
// JSON pointer into the item}.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"

namespace beckon {

/// Where the parts of an item stood in what the client sent, as JSON pointers, so that a rejection
/// points there.
struct raw_shape {
  std::string_view type = "/type";
  std::string_view time = "/time";
  std::string_view id = "/id";
  std::string_view source = "/source";
  std::string_view attributes = "";  ///< before an attribute's own name
  std::string_view user =
      "";  ///< of the user's id, where it is no attribute of its own; "" elsewhere
};
inline constexpr raw_shape recorded_shape{};
inline constexpr raw_shape track_shape{"/event",  "/timestamp",  "/messageId",
                                       "/source", "/properties", "/userId"};
inline constexpr raw_shape identify_shape{"/type",   "/timestamp", "/messageId",
                                          "/source", "/traits",    "/userId"};

/// What the catalogue says of an attribute that events of one type may bring.
struct known_attribute {
  attribute_id name{};
  value_type type = value_type::text;
};

/// One item as a decoder gives it. Nested objects are flattened: {"a": {"b": 1}} has the attribute
/// "a.b".
struct raw_event {
  std::string type;
  std::optional<value> time;  ///< integer: ms since 1970; text: RFC 3339; time. None: on arrival
  std::string id;             ///< empty: the door gives one
  std::string source;         ///< empty: the door's
  field_list attributes;
  const raw_shape* shape = &recorded_shape;  ///< one of the constants above
  /// The number of `type` in the catalogue, where the decoder has looked it up.
  std::optional<event_type_id> known_type = {};
  /// Beside `attributes`, of a known type: nothing for what the catalogue does not know. Empty
  /// where the decoder has not looked.
  std::vector<std::optional<known_attribute>> known = {};

  /// For the next item: as new, but that strings keep their room, and so do `attributes` and what
  /// is known of them, which the decoder overwrites and then cuts to size.
  void reset() noexcept;
};

struct normalise_options {
  std::optional<timestamp>
      arrival;  ///< none: a replay; arrival is the event's time, which must be given
  duration max_future_skew =
      std::chrono::minutes{5};  ///< live: a later time becomes arrival + this
  std::string zone = "UTC";     ///< of times without an offset
  bool tables = false;          ///< tracking steps are taken, too: recorded events
};

/// The earliest and latest time an event or an attribute may have: years 0 to 9999.
inline constexpr timestamp earliest_time = from_ms(-62167219200000);
inline constexpr timestamp latest_time = from_ms(253402300799999);

/// The canonical event. Attributes that are NULL are left out; unknown ones are kept in `extra`,
/// and so is what only a table can say ("item.title"). The fields of a `$user` or `$item` row all
/// go to `extra`, NULL included (it clears the field). What a TO EACH rule makes is refused.
result<event> normalise(raw_event raw, const catalogue& catalogue,
                        const normalise_options& options);
/// The same into an event whose room is used again; it means nothing after an error. Of `raw` only
/// what errors name is left.
result<void> normalise(raw_event& raw, const catalogue& catalogue, const normalise_options& options,
                       event& into);

/// Nothing: events of `type` may bring no attribute of that name, other than as an extra.
std::optional<known_attribute> known_in(const catalogue& catalogue, event_type_id type,
                                        std::string_view name) noexcept;

/// A time, or what stands for one: ms since 1970, text. The error's `where` is empty.
result<timestamp> read_time(const value& v, const std::string& zone);

/// `v` as `wanted` where nothing is lost: int64 ↔ whole double, int64 → decimal text, text or ms →
/// time or duration; any value as `null`. The error's `where` is empty.
result<value> convert(value v, value_type wanted, const std::string& zone);

/// "/properties/a/b" for "a.b" under "/properties"; '~' and '/' escaped as RFC 6901 says.
std::string pointer_to(std::string_view before, std::string_view attribute);

}  // namespace beckon
