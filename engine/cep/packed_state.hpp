// Constants and parts shared by the two directions of the packed form; the layout is described in
// encode.cpp.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/cep/bytes.hpp"
#include "engine/cep/prepared_rule.hpp"
#include "engine/cep/tally.hpp"

namespace beckon::cep {

inline constexpr std::uint8_t packed_version = 3;
inline constexpr std::uint8_t packed_without_versions = 2;  ///< of rules: read all the same

// of a rule
inline constexpr std::uint8_t packed_limits = 1;
inline constexpr std::uint8_t packed_past = 2;
inline constexpr std::uint8_t packed_keys = 4;      ///< a number of keys
inline constexpr std::uint8_t packed_only_key = 8;  ///< one, whose name is ""
inline constexpr std::uint8_t packed_drains = 16;   ///< replaced: nothing but runs, and their past
// of limits
inline constexpr std::uint8_t packed_last_firing = 1;
inline constexpr std::uint8_t packed_values = 2;
inline constexpr std::uint8_t packed_end = 4;
// of a key
inline constexpr std::uint8_t packed_window = 1;
inline constexpr std::uint8_t packed_seen = 2;
inline constexpr std::uint8_t packed_first_run = 4;    ///< times the number of runs, …
inline constexpr std::size_t packed_more_runs = 63;    ///< … which, if so many, follows
// of a run
inline constexpr std::uint8_t packed_last_event = 1;
inline constexpr std::uint8_t packed_count = 2;
inline constexpr std::uint8_t packed_tally = 4;
inline constexpr std::uint8_t packed_slots = 8;
inline constexpr std::uint8_t packed_history_short = 16;
inline constexpr std::uint8_t packed_began_last = 32;  ///< by the event that last changed the state

/// A time before a clock. Unsigned, the difference cannot overflow.
void write_ago(byte_writer& out, timestamp clock, timestamp t);
timestamp read_ago(byte_reader& in, timestamp clock);

void write_tally(byte_writer& out, const position& p, const tally& t, timestamp clock);
/// What a step counted; none where the bytes are wrong (then `in` failed) or what was written is
/// not what the position counts. `p` null: read over.
std::unique_ptr<tally> read_tally(byte_reader& in, const position* p, timestamp clock);

}  // namespace beckon::cep
