// beckon.yaml names rules that exist. Pure.
#pragma once

#include <string>
#include <vector>

#include "engine/base/settings.hpp"

namespace beckon::topology {

/// Reports every rule under `rules: on_change_of` of beckon.yaml (its root is `root`) that is not
/// among `rules`, at its name.
void validate_rule_settings(const settings& root, const std::vector<std::string>& rules,
                            problems& out);

}  // namespace beckon::topology
