// Rows of the store between the engine and commit.proto. Decoding answers `corrupt` for bytes that
// are no such row. Pure functions; any thread. Directory and ledger rows are hot: recovery reads
// one directory row per known subject.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "beckon/v1/commit.pb.h"
#include "engine/base/result.hpp"
#include "engine/base/subject.hpp"
#include "engine/base/time.hpp"
#include "engine/base/value.hpp"
#include "engine/delivery/outbox.hpp"
#include "engine/outreach/request.hpp"

namespace beckon::codec {

/// What a partition's directory keeps of a subject beyond its key.
struct directory_row {
  timestamp deadline = never;  ///< the earliest; `never`: none
  std::uint64_t interest =
      0;                  ///< Bloom bits of the event types later clauses of its live runs name
  std::uint8_t rows = 0;  ///< which rows the subject has: epoch::directory::row_* bits
  friend bool operator==(const directory_row&, const directory_row&) = default;
};
std::string encode_directory(const directory_row& row);
result<directory_row> decode_directory(std::string_view bytes);

/// A subject's sends, oldest first.
std::string encode_ledger(const std::vector<outreach::reservation>& sends);
result<std::vector<outreach::reservation>> decode_ledger(std::string_view bytes);

std::string encode_profile(const field_list& profile);
result<field_list> decode_profile(std::string_view bytes);

/// A subject with its state bytes; the state's own form is the engine's affair.
struct subject_row {
  /// An event held back to be put in time order: its bytes (event_codec.hpp) and roles.
  struct held_event {
    std::string event;
    std::vector<std::string> roles;
    friend bool operator==(const held_event&, const held_event&) = default;
  };
  subject who;
  std::string state;
  std::vector<held_event> held = {};
};
std::string encode_subject_row(const subject_row& row);
result<subject_row> decode_subject_row(std::string_view bytes);

/// A delivery that has been decided and not yet ended: final bytes, so that every retry is
/// identical. Its `order` is the row's key.
using outbox_row = delivery::outbox_entry;
std::string encode_outbox(const outbox_row& row);
result<outbox_row> decode_outbox(std::string_view bytes);

/// The row's key in the outbox: its commit order, 8 bytes, big-endian.
std::string outbox_key(std::uint64_t order);
result<std::uint64_t> outbox_order(std::string_view key);

/// What could not be handled, kept until a person looks at it.
struct dead_letter_row {
  hash128 id;
  std::string actor;
  std::string reason;
  subject who;
  std::string input;  ///< encoded Entry, OutboxRow of a delivery; empty for a decision
  timestamp time{};   ///< given up at (node time)
  timestamp first_arrival = beginning;
  std::string source;
  std::string event_id;
  std::string event_type;
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
};
std::string encode_dead_letter(const dead_letter_row& row);
result<dead_letter_row> decode_dead_letter(std::string_view bytes);

}  // namespace beckon::codec
