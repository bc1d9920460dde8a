// A channel's own options, made ready for the adapter of its kind: paths placed below the
// configuration directory, the secret fetched.
#pragma once

#include <string>

#include "engine/plan/plan.hpp"
#include "topology/parse/secrets.hpp"

namespace beckon::topology {

/// `path` and `ca_file` below the configuration directory, in place.
void place_paths(channel_entry& channel, const std::string& directory);

/// The channel's secret (`secret_file` or `secret_env`), "" when it names none. When it names one
/// that cannot be had, that is reported and the names are taken out of the options, so that nothing
/// else complains about them.
std::string fetch_secret(channel_entry& channel, const secret_source& outside, problems& out);

}  // namespace beckon::topology
