// port::ingest_log on a RocksDB of its own, used as a queue: sorted files are dropped oldest first
// (FIFO compaction) when there is more than may be kept; nothing is ever rewritten.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "messages/port/ingest_log.hpp"

namespace rocksdb {
class Env;
}

namespace beckon::adapters {

struct ingest_log_options {
  std::string directory;  ///< made (0700) when it does not exist
  std::uint64_t kept_bytes = std::uint64_t{1}
                             << 30;  ///< older events go; more than all doors hold unacked
  rocksdb::Env* environment =
      nullptr;  ///< nullptr: the real one; must outlive the log (fault tests)
};

/// Errors: conflict (another process holds it), corrupt (damaged: nothing was changed), exhausted,
/// unavailable.
result<std::unique_ptr<port::ingest_log>> open_ingest_log(const ingest_log_options& options);

}  // namespace beckon::adapters
