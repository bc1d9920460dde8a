// Users who favour items: a catalogue with a relation and an item table, and a replay over it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/cep/replay.hpp"
#include "engine/language/compile_set.hpp"

namespace beckon::cep::testing {

/// Events `price {item_id, p}` of items, `fav`, `unfav` and `view {user_id, item_id}` of users and
/// items; items have a title and a cost; relation `fav`: two per user, for 1,000 s.
std::shared_ptr<const catalogue> market_catalogue();

/// The rules of all texts together; problems are test failures.
std::shared_ptr<const rule_set> market_rules(const std::vector<std::string>& texts);

/// An event or row of the market, in the terms of `events`; ids are numbered.
event market_event(const catalogue& events, std::string_view type, double seconds,
                   std::vector<std::pair<std::string, value>> attributes);

/// "rule:id@seconds" of each, withheld ones with '!', joined by blanks.
std::string shown(const std::vector<firing>& firings);

}  // namespace beckon::cep::testing
