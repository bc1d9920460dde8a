// What commands about a configuration begin with: load it, or say everything that is wrong with it.
#pragma once

#include <optional>
#include <string>

#include "topology/commands/console.hpp"
#include "topology/load.hpp"

namespace beckon::topology {

/// Prints problems on `err` (one JSON object a line under --output json).
void print_problems(const problems& found, const console& to);

/// The configuration of `directory`; without errors. Otherwise every problem is printed, and
/// nothing comes back: the command ends with adapters::exit_configuration. Warnings are printed
/// too.
std::optional<configuration> load_or_explain(const std::string& directory, const console& to);

/// The same for what a rule is compiled against.
std::optional<configuration> load_ground_or_explain(const std::string& directory,
                                                    const console& to);

}  // namespace beckon::topology
