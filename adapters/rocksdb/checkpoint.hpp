// A copy of the whole store as it is at one moment, and looking whether every byte of a store is
// what was written. Blocking; any thread, beside commits.
#pragma once

#include <string>

#include "adapters/rocksdb/database.hpp"

namespace beckon::adapters {

/// Makes `directory`, which must not be there yet, on the store's file system: files that never
/// change are links. Errors: exhausted, unavailable, corrupt.
result<void> write_checkpoint(const database& db, const std::string& directory);

/// Reads every block of every table. Error: corrupt, unavailable.
result<void> verify_checksums(const database& db);

}  // namespace beckon::adapters
