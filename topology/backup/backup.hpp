// A backup of what a node remembers, and putting it back. Blocking.
//
// In a backup: DATA/state (a checkpoint of the store: states, ledgers, profiles, outbox, dead
// letters, decisions, deduplication keys, items, how far queues were read), DATA/look_backs.json
// and DATA/rules.json. Not in it: DATA/broker and DATA/ingest (the ways in; a restore leaves them
// as they are, and what they still hold behind the backup is judged again), DATA/progress (of a
// life that is over), DATA/run.json and DATA/lock (of a process).
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/time.hpp"
#include "topology/backup/checksum.hpp"

namespace beckon::topology {

struct backup_request {
  std::string data;        ///< DATA
  std::string checkpoint;  ///< a checkpoint of its store; the caller's to remove
  std::string to;          ///< made here (0700); must not be there or be empty
  std::string beckon;      ///< version
  std::string node;
  std::uint32_t partitions = 0;
  timestamp now{};
};

/// Copies, then opens the copy and reads all of it, then writes the manifest. Errors: conflict
/// (`to` is not empty), corrupt (the store is damaged), exhausted, unavailable.
result<backup_manifest> make_backup(const backup_request& what, const copied_bytes& done);

/// Bytes that a backup of this checkpoint will have, about.
std::uint64_t bytes_below(const std::string& directory);

struct restore_request {
  std::string from;  ///< a backup
  std::string data;  ///< DATA
  std::uint32_t partitions = 0;
  bool force = false;  ///< what is there is moved aside, into DATA/replaced-TIME; never deleted
  timestamp now{};
};

struct restored {
  backup_manifest what;
  std::string moved_to;  ///< where what was there is now; empty: nothing was there
};

/// Verifies every file, then copies. What is put back goes on with epochs no earlier life can have
/// had: their decision records must not be taken for repeats. Errors: not_found (no backup),
/// invalid (newer form; other number of partitions), corrupt (a file is not what was written),
/// conflict (a node runs there; something is there and not `force`), exhausted, unavailable.
result<restored> restore_backup(const restore_request& what, const copied_bytes& done);

}  // namespace beckon::topology
