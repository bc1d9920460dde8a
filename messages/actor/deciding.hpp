// From a partition to rules and filters, and back.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "engine/outreach/filter.hpp"
#include "engine/plan/plan.hpp"
#include "messages/actor/token.hpp"

namespace beckon::actors {

/// One request on its way: which of the partition's candidates it is, and what filters need.
struct decision_item {
  std::uint32_t number = 0;  ///< the partition's own
  std::shared_ptr<const outreach::request> what;
  std::shared_ptr<const outreach::facts> known;  ///< empty while routing
  std::size_t action = 0;                        ///< index into plan::actions; unused while routing
  timestamp now{};
};

/// All matches of one epoch (or one of them, after a fault), for the rule actors.
struct route_batch {
  std::uint64_t incarnation = 0;
  std::uint64_t batch = 0;
  plan_ptr under;
  std::vector<decision_item> items;
  token alive;
};

/// What one rule actor made of its share: candidates in no particular order.
struct routed_item {
  std::uint32_t number = 0;
  std::size_t action = 0;
  outreach::routing verdict = outreach::routing::taken;
};
struct routed_batch {
  std::uint64_t incarnation = 0;
  std::uint64_t batch = 0;
  std::vector<std::uint32_t> handled;  ///< numbers of the requests this answers
  std::vector<routed_item> routes;
  token alive;
};

/// One round's requests of one chain, from filter to filter.
struct filter_batch {
  std::uint64_t incarnation = 0;
  std::uint64_t batch = 0;
  plan_ptr under;
  std::size_t chain = 0;
  std::size_t position = 0;          ///< the filter of the chain to ask next
  std::vector<decision_item> items;  ///< those no filter has refused yet
  struct refusal {
    std::uint32_t number = 0;
    std::size_t filter = 0;  ///< index into plan::filters
    outreach::verdict why;   ///< with `later`: neither yes nor no yet
  };
  std::vector<refusal> refused;
  token alive;
};

/// A batch was lost in an actor that crashed.
struct batch_dropped {
  std::uint64_t incarnation = 0;
  std::uint64_t batch = 0;
  drop_note note;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::route_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::routed_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::filter_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::batch_dropped)
