// Everything of one configuration revision that judging and deciding needs: one immutable value,
// carried by every request.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/cep/rule_set.hpp"
#include "engine/delivery/breaker.hpp"
#include "engine/delivery/retry.hpp"
#include "engine/outreach/action.hpp"
#include "engine/outreach/filter.hpp"

namespace beckon {

/// One filter as configured. Its actor is found by `id`.
struct filter_entry {
  std::string id;
  std::string kind;
  std::shared_ptr<const outreach::filter> judge;
  bool fail_open = false;  ///< what its supervisor answers while the filter is down
  settings options = {};   ///< its whole map: what asks somebody outside finds its endpoint there
  std::string token = {};  ///< content of its token's file or variable; never shown
};

/// A filter chain: indexes into plan::filters, in order.
struct chain_entry {
  std::string id;
  std::vector<std::size_t> filters;
};

/// A channel as configured; `options` is its map without what every channel has (`id`, `kind`,
/// `retry`, `breaker`, `concurrency`): for the factory of its kind, which reports unknown keys.
struct channel_entry {
  std::string id;
  std::string kind;  ///< file, console, webhook, nats
  settings options;
  std::string secret;  ///< content of its secret file or variable; never shown
  delivery::retry_policy retry;
  delivery::retry_budget_policy budget;
  delivery::breaker_policy breaker;
  std::uint32_t concurrency = 64;  ///< attempts in flight at once
};

struct plan {
  std::uint64_t revision = 1;
  std::string zone = "UTC";
  std::shared_ptr<const catalogue> events;
  std::shared_ptr<const language::named_lists> lists;
  std::shared_ptr<const cep::rule_set> rules;
  std::vector<outreach::action> actions;  ///< sorted by (priority descending, id)
  /// By a rule's name: indexes into `actions`, ascending.
  std::unordered_map<std::string, std::vector<std::size_t>> actions_of_rule;
  std::vector<filter_entry> filters;
  std::vector<chain_entry> chains;
  std::unordered_map<std::string, std::size_t> chain_by_id;
  std::vector<channel_entry> channels;
  /// How long a reservation is kept: the longest looks_back of all filters and a day more, for
  /// firings judged late and so that a cap added tomorrow knows of today.
  duration ledger_keeps{};
};

using plan_ptr = std::shared_ptr<const plan>;

/// The channel of that id, or null.
const channel_entry* find_channel(const plan& p, std::string_view id) noexcept;

}  // namespace beckon
