// actions.yaml, filters.yaml, materials.yaml, channels.yaml → the parts of a plan. What stands
// inside the lists is read by engine/plan; here is what the files look like.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/parts.hpp"

namespace beckon::topology {

/// `actions: [...]`
std::vector<action_part> parse_actions_file(const settings& root, std::string_view zone,
                                            problems& out);

struct filter_parts {
  std::vector<filter_part> filters;
  std::vector<chain_part> chains;
};
/// `filters: [...]` and `chains: [...]`
filter_parts parse_filters_file(const settings& root, const outreach::filter_environment& env,
                                problems& out);

/// `materials: [...]`
std::vector<material_part> parse_materials_file(const settings& root, problems& out);

/// `channels: [...]`
std::vector<channel_part> parse_channels_file(const settings& root,
                                              const std::vector<std::string>& kinds, problems& out);

}  // namespace beckon::topology
