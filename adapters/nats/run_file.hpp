// DATA/run.json: where a running Beckon can be reached, for `beckon import` and `beckon url`. Mode
// 0600: it holds the token.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "engine/base/result.hpp"

namespace beckon::adapters {

struct run_file {
  pid_t pid = 0;
  std::string broker_url;
  std::string token;
  std::vector<std::pair<std::string, std::string>>
      http;  ///< listener name → "http://127.0.0.1:8080"
  friend bool operator==(const run_file&, const run_file&) = default;
};

/// Replaces the file atomically. Errors: unavailable.
result<void> write_run_file(const std::string& data_dir, const run_file& what);

/// Errors: not_found (no file: nothing runs there), unavailable (the process named is gone),
/// corrupt.
result<run_file> read_run_file(const std::string& data_dir);

/// On a smooth stop. Fine when there is none.
void remove_run_file(const std::string& data_dir) noexcept;

}  // namespace beckon::adapters
