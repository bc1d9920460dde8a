// Chains may include chains: `filters: [vip, chain:calm]`. Here they become plain lists of filters.
#pragma once

#include <string>
#include <vector>

#include "engine/plan/parts.hpp"

namespace beckon::topology {

/// Replaces each `chain:NAME` by the filters of that chain, in place. Reports, at the item's place,
/// unknown chains and filters, filters written twice, and cycles (with the way round); such an item
/// is left out. A filter that comes again by an include keeps its first place. `filters`: the ids
/// that exist.
std::vector<chain_part> expand_chains(std::vector<chain_part> chains,
                                      const std::vector<std::string>& filters, problems& out);

}  // namespace beckon::topology
