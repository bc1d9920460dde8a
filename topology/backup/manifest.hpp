// What a backup says of itself: DIR/manifest.json, written last, so that a directory without one is
// no backup. Values and their JSON; reading and writing the file block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon::topology {

/// The form of backups this program writes, and the newest it reads.
inline constexpr int backup_format = 1;

struct backup_file {
  std::string path;  ///< below the backup's directory
  std::uint64_t bytes = 0;
  std::string checksum;  ///< checksum.hpp
  friend bool operator==(const backup_file&, const backup_file&) = default;
};

/// How far a partition had come.
struct backup_epoch {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  friend bool operator==(const backup_epoch&, const backup_epoch&) = default;
};

struct backup_manifest {
  int format = backup_format;
  std::string beckon;  ///< the version that wrote it
  std::string node;
  timestamp created{};
  std::uint32_t partitions = 0;
  std::vector<backup_epoch> epochs;  ///< of those that ever committed
  std::vector<backup_file> files;
  friend bool operator==(const backup_manifest&, const backup_manifest&) = default;

  std::uint64_t bytes() const;
};

/// Error: unavailable.
result<void> write_manifest(const std::string& directory, const backup_manifest& m);

/// Errors: not_found (the directory is no backup), invalid (a newer program wrote it), corrupt.
result<backup_manifest> read_manifest(const std::string& directory);

}  // namespace beckon::topology
