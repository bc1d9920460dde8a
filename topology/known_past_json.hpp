// Since when the past of look-backs is known, as JSON: {"<16 hex digits>": ms since 1970}.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/base/result.hpp"
#include "engine/cep/rule_set.hpp"

namespace beckon::topology {

nlohmann::json to_json(const cep::known_past& known);

/// Error: corrupt.
result<cep::known_past> known_past_in(const nlohmann::json& json);

}  // namespace beckon::topology
