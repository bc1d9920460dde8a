// Options of a channel, or of a filter that asks outside, made ready for the adapter that reads
// them: paths placed below the configuration directory, the secret fetched.
#pragma once

#include <string>

#include "engine/base/settings.hpp"
#include "topology/parse/secrets.hpp"

namespace beckon::topology {

/// `path` and `ca_file` below the configuration directory, in place.
void place_paths(settings& options, const std::string& directory);

/// What `<name>_file` or `<name>_env` stands for; "" when there is neither. When one names a secret
/// that cannot be had, that is reported and the names are taken out of the options, so that nothing
/// else complains about them. `owner`: "channel 'crm'", for messages.
std::string fetch_secret(settings& options, const std::string& owner, const std::string& name,
                         const secret_source& outside, problems& out);

}  // namespace beckon::topology
