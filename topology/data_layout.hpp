// Where things lie below the data directory of a node.
#pragma once

#include <array>
#include <string>

namespace beckon::topology {

inline std::string state_directory(const std::string& data) {
  return data + "/state";
}  ///< RocksDB
inline std::string ingest_directory(const std::string& data) {
  return data + "/ingest";
}  ///< RocksDB: what HTTP doors accepted
/// What a node remembers beside its store; a backup holds them: look_backs.hpp, rule_versions.hpp.
inline constexpr std::array<const char*, 2> remembered_files = {"look_backs.json", "rules.json"};
/// How starts went: node/progress_file.hpp. Void after a restore.
inline constexpr const char* progress_file_name = "progress";
inline std::string progress_path(const std::string& data) {
  return data + "/" + progress_file_name;
}
// DATA/run.json: run_file.hpp. DATA/look_backs.json: look_backs.hpp. DATA/rules.json:
// rule_versions.hpp. DATA/lock and what is the broker's:
// adapters/nats/embedded_broker.hpp.

}  // namespace beckon::topology
