// Where things lie below the data directory of a node.
#pragma once

#include <string>

namespace beckon::topology {

inline std::string state_directory(const std::string& data) {
  return data + "/state";
}  ///< RocksDB
inline std::string ingest_directory(const std::string& data) {
  return data + "/ingest";
}  ///< RocksDB: what HTTP doors accepted
// DATA/run.json: run_file.hpp. DATA/look_backs.json: look_backs.hpp. DATA/rules.json:
// rule_versions.hpp. DATA/lock and what is the broker's:
// adapters/nats/embedded_broker.hpp.

}  // namespace beckon::topology
