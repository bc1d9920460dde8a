// Copying files with a checksum. Blocking.
//
// A checksum: XXH3-128 of each MiB (the last one shorter), one after the other as 16 bytes; of all
// that XXH3-128 again, as hex digits. It finds damage, not forgery.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "topology/backup/manifest.hpp"

namespace beckon::topology {

/// Told of every piece that is done, in bytes.
using copied_bytes = std::function<void(std::uint64_t)>;

/// Copies a file (0600), syncs the copy; size and checksum of what was read. `path` of the answer
/// is the caller's to set. `to` empty: only reads. Errors: not_found, unavailable, exhausted (disk
/// full).
result<backup_file> copy_with_checksum(const std::string& from, const std::string& to,
                                       const copied_bytes& done);

/// Makes the entries of a directory durable. Error: unavailable.
result<void> sync_directory(const std::string& path);

}  // namespace beckon::topology
