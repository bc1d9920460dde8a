// Where things lie below the data directory of a node.
#pragma once

#include <string>

namespace beckon::topology {

inline std::string state_directory(const std::string& data) {
  return data + "/state";
}  ///< RocksDB
inline std::string broker_directory(const std::string& data) {
  return data + "/broker";
}  ///< embedded nats-server
inline std::string lock_file(const std::string& data) {
  return data + "/lock";
}
// DATA/run.json: run_file.hpp

}  // namespace beckon::topology
