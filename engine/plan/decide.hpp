// The core of the decision rounds: which actions take a firing, what a chain of filters says, what
// a send becomes. Pure. The partition's actors and the backtest both use it. Actors run the steps
// for many subjects at once (candidates of all requests, one filter at a time, then settle_send);
// `decide` runs them for one candidate at a time. Both give the same decisions, because a round
// holds only the k-th undecided (request, action) of each subject, and the ledger that settle_send
// reserves in belongs to that subject alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/outreach/material.hpp"
#include "engine/plan/plan.hpp"

namespace beckon {

/// An action that subscribes to the request's rule, and whether it takes the firing.
struct candidate {
  std::size_t action = 0;  ///< index into plan::actions
  outreach::routing verdict = outreach::routing::taken;
};

/// In the order in which they are decided: priority (highest first), then id.
std::vector<candidate> candidates_of(const plan& p, const outreach::request& what);

/// The filters that `by` runs through, in order: indexes into plan::filters; null when its chain
/// does not exist, which refuses (reason `no_chain`). An action without a chain has none.
const std::vector<std::size_t>* chain_of(const plan& p, const outreach::action& by) noexcept;

/// What a filter's supervisor answers in its place while it is down: its fail policy, reason
/// `filter_down`.
outreach::verdict answer_while_down(const filter_entry& f);

/// The first refusal of a chain, or a pass.
struct chain_verdict {
  bool pass = true;
  std::string filter = {};      ///< the one that refused …
  outreach::verdict what = {};  ///< … its verdict …
  std::size_t index = 0;        ///< … and where it is in plan::filters
};
/// `q.filter` is not heeded.
chain_verdict run_chain(const plan& p, outreach::question q);

/// One send as the commit will hold it.
struct decided_send {
  hash128 delivery;
  std::string channel;
  outreach::rendered content;
  timestamp expires = never;
  outreach::reservation reserved;  ///< already in the ledger
};

/// A send, or the word why there is none.
struct settled {
  std::optional<decided_send> sent;
  std::string reason = {};  ///< render, too_late
  std::string detail = {};  ///< for people
};

/// After every filter passed: renders, gives the delivery its id and its end, and reserves it in
/// `known.sends`, where it counts from then on. A refusal reserves nothing. Reservations older than
/// the newest by more than plan::ledger_keeps are forgotten, so what is kept depends only on the
/// sends, not on epochs.
settled settle_send(const plan& p, const outreach::request& what, const outreach::action& by,
                    outreach::facts& known, timestamp now);

/// What became of one (request, action).
struct decision {
  enum class outcome : std::uint8_t {
    refused,   ///< by routing (`reason`: disabled, …) or rendering (render, too_late)
    filtered,  ///< by `filter`: `reason`, `values`
    put_off,   ///< by `filter`, which says neither yes nor no: `later`
    sent,
  };
  std::size_t action = 0;  ///< index into plan::actions
  outcome what = outcome::refused;
  timestamp now{};  ///< as of when
  std::string filter = {};
  std::string reason = {};
  std::string detail = {};
  field_list values = {};
  std::optional<decided_send> send = {};
  outreach::verdict later = {};
  std::size_t filter_index = 0;  ///< put_off: into plan::filters
};

/// Decides about one action.
decision decide(const plan& p, const candidate& c, const outreach::request& what,
                outreach::facts& known, timestamp now);

}  // namespace beckon
