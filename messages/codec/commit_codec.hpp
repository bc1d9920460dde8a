// Commit records as every store reads them: decoding, and the checks that make a chain of epochs of
// single records. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <google/protobuf/arena.h>

#include "beckon/v1/commit.pb.h"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon::codec {

/// The schema version this program reads and writes.
inline constexpr std::uint32_t commit_version = 1;

/// Partitions are numbered in two bytes in stores.
inline constexpr std::uint32_t most_partitions = 65'536;

/// Where a partition's chain of records stands.
struct commit_head {
  std::uint64_t epoch = 0;  ///< of the last record; 0: none
  std::uint64_t incarnation = 0;
  std::uint64_t fence = 0;
};

/// Decodes a record into `arena` and checks its own form: version, partition, row kinds, key
/// lengths. Error: corrupt.
result<const v1::CommitRecord*> decode_commit(std::string_view bytes,
                                              google::protobuf::Arena& arena);

/// Whether `record` is the next of its partition. Errors: corrupt (does not follow `previous`),
/// conflict (an older incarnation or fence).
result<void> check_follows(const commit_head& head, const v1::CommitRecord& record);

/// The head after `record`.
commit_head head_of(const v1::CommitRecord& record);

/// The record without rows, deduplication keys and decisions, encoded.
std::string header_of(const v1::CommitRecord& record);

/// When the first decision of an encoded TrackBatch was made; nullopt: it holds none. Reads only
/// that record. Error: corrupt.
result<std::optional<timestamp>> decided_at(std::string_view track_batch);

}  // namespace beckon::codec
