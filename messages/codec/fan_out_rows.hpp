// Rows of the fan-out between the engine and commit.proto: jobs, and what partitions put on the
// queues of others. Decoding answers `corrupt` for bytes that are no such row. Pure functions; any
// thread. Keys are those of the outbox (rows.hpp): 8 bytes, big-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/epoch/fan_out.hpp"

namespace beckon::codec {

/// The job's number is the row's key.
std::string encode_job(const epoch::fan_out_job& job);
result<epoch::fan_out_job> decode_job(std::string_view bytes);

/// An entry for a queue "derived"; its position at the door is the row's key.
struct derived_row {
  std::uint32_t partition = 0;  ///< whose queue
  std::string body;             ///< encode_entry_body
};
std::string encode_derived(const derived_row& row);
result<derived_row> decode_derived(std::string_view bytes);

}  // namespace beckon::codec
