// DATA/run.json: how other processes of this machine find a running node. Readable by its user only
// (0600).
#pragma once

#include <string>

#include "engine/base/result.hpp"

namespace beckon::topology {

/// Addresses of a running node. Empty texts: it has no such door.
struct run_file {
  int pid = 0;
  std::string ingest;        ///< "http://127.0.0.1:41234"
  std::string metrics;       ///< "http://127.0.0.1:41234/metrics"
  std::string broker;        ///< "nats://127.0.0.1:34567"
  std::string broker_token;  ///< of the embedded broker
  std::string clock;         ///< "wall" or "event": an importer's doors follow it
  std::string admin_token = {};  ///< opens the routes below /admin, as a Bearer token
  friend bool operator==(const run_file&, const run_file&) = default;
};

/// Writes it whole or not at all (a new file, renamed over the old one).
result<void> write_run_file(const std::string& data, const run_file& content);

/// Errors: not_found (nothing runs there, or it never did), unavailable (the process it names is
/// gone), corrupt.
result<run_file> read_run_file(const std::string& data);

/// Removes it; a smooth stop does so last.
void remove_run_file(const std::string& data) noexcept;

}  // namespace beckon::topology
