// The little we need to know of a URL. Pure functions; any thread.
#pragma once

#include <string>

#include "engine/base/result.hpp"

namespace beckon::adapters {

/// "https://host:443", lower case: what shares connections and limits. Error: invalid (no http or
/// https URL).
result<std::string> origin_of(const std::string& url);

}  // namespace beckon::adapters
