// The command line, declared and then parsed: subcommands, options, positionals; help and mistakes
// as text.
//
//   beckon rule test DIR --only=x --zone "Europe/Berlin" -- -odd-file-name
//
// Options are `--name value` or `--name=value`, flags `--name`; `--` ends them; `-` alone is a
// positional (standard input). Everything typed is checked here, so that reading a value cannot
// fail. Pure: no output, no exit; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/time.hpp"

namespace beckon::adapters {

/// Exit codes of sysexits.h that commands use.
inline constexpr int exit_usage = 64;          ///< the command line is wrong
inline constexpr int exit_configuration = 78;  ///< the configuration is wrong

enum class option_kind : std::uint8_t { flag, text, integer, span };

struct option_spec {
  std::string name;  ///< without the dashes
  option_kind kind = option_kind::text;
  std::string value_name = {};  ///< what help calls the value: "DIR"
  std::string help;
  std::optional<std::string> fallback =
      std::nullopt;  ///< used where the option is not given; shown by help
  bool required = false;
  bool repeated = false;                  ///< may be given several times
  std::vector<std::string> choices = {};  ///< text: what is allowed; empty: anything
  std::int64_t least = std::numeric_limits<std::int64_t>::min();  ///< integer
  std::int64_t most = std::numeric_limits<std::int64_t>::max();   ///< integer
};

struct positional_spec {
  std::string name;  ///< "DIR"
  std::string help;
  bool required = true;
  bool repeated = false;  ///< only the last one: takes all that follow
};

struct command_spec {
  std::string name;     ///< one or more words: "run", "rule test"
  std::string summary;  ///< one line
  std::vector<positional_spec> positionals = {};
  std::vector<option_spec> options = {};
  std::string details = {};  ///< paragraphs below the options; may be empty
};

/// A command line that was right. Names are those of its command; others are mistakes of ours and
/// read as absent.
class arguments {
 public:
  const std::string& command() const noexcept { return command_; }

  bool has(std::string_view name) const noexcept;   ///< was given, or has a fallback
  bool flag(std::string_view name) const noexcept;  ///< was given
  std::string text(std::string_view name) const;    ///< of an option or positional; "" when absent
  std::vector<std::string> texts(std::string_view name) const;  ///< all of a repeated one, in order
  std::int64_t integer(std::string_view name) const;            ///< 0 when absent
  duration span(std::string_view name) const;                   ///< zero when absent

 private:
  friend class argument_parser;
  std::string command_;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// What to print instead of running: help (exit 0, standard output) or a mistake (exit 64, standard
/// error).
struct usage {
  int exit = 0;
  std::string text;
};

class command_line {
 public:
  /// `shared` are the options every command has besides its own. `program` is "beckon".
  command_line(std::string program, std::string summary, std::string version,
               std::vector<command_spec> commands, std::vector<option_spec> shared = {});

  /// `words` without the program's name. `help [COMMAND]`, `--help`, `-h` and `--version` are
  /// understood everywhere.
  std::variant<arguments, usage> parse(const std::vector<std::string>& words) const;

  /// Help on everything, on a group ("rule") or on one command.
  std::string help(std::string_view about = {}) const;

 private:
  std::string overview(std::string_view group) const;
  std::string help_on(const command_spec& command) const;
  const command_spec* find(const std::vector<std::string>& words, std::size_t& used) const;
  usage mistaken_command(const std::vector<std::string>& words) const;

  std::string program_;
  std::string summary_;
  std::string version_;
  std::vector<command_spec> commands_;
  std::vector<option_spec> shared_;
};

}  // namespace beckon::adapters
