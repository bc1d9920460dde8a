// A command: how it is called, and the function that does it. One file per command.
#pragma once

#include <string>
#include <vector>

#include "adapters/cli/arguments.hpp"
#include "topology/commands/console.hpp"

namespace beckon::topology {

struct command {
  adapters::command_spec spec;
  int (*run)(const adapters::arguments& given, const console& to);  ///< the exit code
};

command validate_command();
command rule_test_command();
command rule_fmt_command();
command rule_show_command();
command rule_warm_command();
command backtest_command();
command import_command();
command url_command();
command dlq_list_command();
command dlq_show_command();
command pending_list_command();
command item_show_command();
command restore_command();
command version_command();

/// Commands that start a node; in the library topology_node.
command run_command();
command backup_command();
command firings_command();
command dlq_redrive_command();
command events_rejected_command();
command events_redrive_command();
command dev_command();
command simulate_command();
command sink_command();

/// All of those before, in the order in which help lists them: every command that starts no node.
std::vector<command> offline_commands();

/// `-c DIR`: the option every command about a configuration has.
adapters::option_spec config_option(bool required = true);

/// Parses `words` (without the program's name), runs the command they name, prints help or
/// mistakes. The exit code.
/// `--output` and `--log.format` are options of every command.
int execute(const std::vector<std::string>& words, const std::vector<command>& commands,
            console to);

inline constexpr const char* version_text = "0.1.0";

}  // namespace beckon::topology
