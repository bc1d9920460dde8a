// What backtest, import and warming share: which files, in which form, as which source.
#pragma once

#include <functional>
#include <vector>

#include "adapters/cli/arguments.hpp"
#include "adapters/cli/terminal.hpp"
#include "engine/cep/replay.hpp"
#include "topology/plan/build.hpp"
#include "topology/recorded/input.hpp"

namespace beckon::topology {

/// --format, --map
std::vector<adapters::option_spec> recorded_options();

/// --source, of those that judge the rows themselves
adapters::option_spec source_option();

/// What the options say, for the files and source given.
input_settings input_of(const adapters::arguments& given, std::vector<std::string> files,
                        std::string source, const configuration& c);

/// The source whose rows these are where they are judged offline: the one named, else the only
/// import source, else one of that name. Error: invalid (there is none of the name given).
result<source_settings> recorded_source(const std::string& name, const deployment& d,
                                        const std::string& else_named);

/// How recorded events of the source are replayed: in the deployment's zone, put in time order as
/// the source says.
cep::replay_options replay_options_of(const source_settings& source, const configuration& c);

/// Gives every row to `take`, up to the end, Ctrl-C or an error: of the input, or of `take`.
result<void> take_rows(recorded_input& input, adapters::progress_bar& bar,
                       const std::function<result<void>(input_row&)>& take);

/// The exit code for input that cannot be opened or read.
int exit_of_input(const error& e) noexcept;

}  // namespace beckon::topology
