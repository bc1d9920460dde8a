// The options that backtest and import share: which files, in which form, as which source.
#pragma once

#include <vector>

#include "adapters/cli/arguments.hpp"
#include "topology/plan/build.hpp"
#include "topology/recorded/input.hpp"

namespace beckon::topology {

/// --format, --map
std::vector<adapters::option_spec> recorded_options();

/// What the options say, for the files and source given.
input_settings input_of(const adapters::arguments& given, std::vector<std::string> files,
                        std::string source, const configuration& c);

/// The exit code for input that cannot be opened or read.
int exit_of_input(const error& e) noexcept;

}  // namespace beckon::topology
