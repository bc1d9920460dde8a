// Envelopes, entries and ticks on the wire: envelope.proto, written and read by hand. An envelope
// is split in place; its entries are parsed by whoever needs them. Pure functions; any thread.
// Errors of reading: corrupt.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/door.hpp"
#include "engine/access/event.hpp"

namespace beckon::codec {

/// What a door keeps of an entry until it is sent: subjects and event, no position yet.
std::string encode_entry_body(std::span<const concerned_subject> subjects, std::string_view event);
std::string encode_entry_body(std::span<const concerned_subject> subjects, const event& e,
                              const catalogue& catalogue);

std::string encode_envelope(const door_settings& door, const outgoing_envelope& envelope);

/// A whole entry, for tests, redrives and dead letters.
std::string encode_entry(std::uint64_t position, std::string_view body,
                         std::optional<timestamp> before);

/// An envelope read; texts point into the bytes given.
struct envelope_view {
  std::string_view door;
  std::string_view source;
  std::uint32_t partition = 0;
  envelope_kind kind = envelope_kind::entries;
  std::uint64_t after = 0;
  timestamp clock{};
  timestamp before{};
  std::uint64_t low_water = 0;
  std::vector<std::string_view> entries;
  std::vector<std::string_view> ends;
};
result<envelope_view> decode_envelope(std::string_view bytes);

/// The entry as a dead letter holds it that was given again `times` times.
std::string encode_redriven(std::string_view entry, std::uint32_t times);

/// An entry read; texts point into the bytes given. Subjects are left encoded.
struct entry_view {
  std::uint64_t position = 0;
  std::uint32_t redriven = 0;  ///< of a dead letter: how often it was given again
  std::optional<timestamp> before;
  std::string_view event;
  std::vector<std::string_view> subjects;
};
result<entry_view> decode_entry(std::string_view bytes);

/// The position alone: the first field of every entry we write.
result<std::uint64_t> position_in(std::string_view entry);

/// (kind, id) of an encoded subject, in place.
struct subject_view {
  std::string_view kind;
  std::string_view id;
};
result<subject_view> decode_subject_name(std::string_view subject);
result<concerned_subject> decode_subject(std::string_view subject);

std::string encode_tick(const door_settings& door, const tick_content& tick);
struct tick_view {
  std::string_view door;
  std::string_view source;
  tick_content content;
};
result<tick_view> decode_tick(std::string_view bytes);

}  // namespace beckon::codec
