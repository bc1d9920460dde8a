// What a command prints on: results go to `out`, everything else to `err`; as text for people or as
// JSON.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "adapters/cli/arguments.hpp"
#include "adapters/cli/terminal.hpp"
#include "engine/base/result.hpp"
#include "engine/base/settings.hpp"

namespace beckon::topology {

/// Exit codes beside those of adapters/cli (sysexits.h).
inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;       ///< a test failed
inline constexpr int exit_no_input = 66;     ///< a file that was named cannot be read
inline constexpr int exit_unavailable = 69;  ///< no node or broker answers
inline constexpr int exit_internal = 70;

struct console {
  std::ostream& out;
  std::ostream& err;
  adapters::terminal out_is;
  adapters::terminal err_is;
  bool json = false;      ///< --output json
  bool json_log = false;  ///< --log.format json

  /// One JSON value on a line of `out`. Bytes that are no UTF-8 are replaced.
  void print(const nlohmann::json& value) const;

  /// "beckon: message" on `err`, or a line of JSON; returns `code`.
  int fail(int code, std::string_view message) const;
  int fail(int code, const error& e) const;
  /// "beckon: message" on `err`, or a line of JSON; for what does not change the exit code.
  void warn(std::string_view message) const;
};

/// How a problem is shown to programs.
nlohmann::json to_json(const problem& p);

/// How it is shown to people: place dim, "error" red, "warning" yellow, where there is colour.
std::string to_text(const problem& p, const adapters::terminal& where);

/// "1 error, 2 warnings"
std::string count_text(const problems& found);

/// "1 rule", "2 rules"
std::string counted(std::size_t n, std::string_view noun);

}  // namespace beckon::topology
