// What backup and restore share: a bar over bytes, and what was copied.
#pragma once

#include <cstdint>
#include <string>

#include "adapters/cli/terminal.hpp"
#include "topology/backup/backup.hpp"
#include "topology/commands/console.hpp"

namespace beckon::topology {

inline constexpr int exit_damaged = 65;  ///< EX_DATAERR

class copy_bar {
 public:
  copy_bar(const console& to, const std::string& label, std::uint64_t bytes);
  /// Must not outlive the bar.
  copied_bytes counter();
  void finish();

 private:
  adapters::progress_bar bar_;
  std::uint64_t done_ = 0;
};

/// 65 for what is damaged, 69 for everything else.
int backup_exit(const error& e);

nlohmann::json backup_json(const backup_manifest& m, const std::string& directory);
void print_backup(const backup_manifest& m, const std::string& directory, const std::string& node,
                  const console& to);

}  // namespace beckon::topology
