// Between a partition and the station that asks somebody outside about a decision. Asked is after
// the commit that holds the pending decision; what is not answered is asked again by the next
// process.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <caf/allowed_unsafe_message_type.hpp>

#include "engine/epoch/pending.hpp"
#include "engine/plan/plan.hpp"

namespace beckon::actors {

/// One pending decision's question. `partition`, `incarnation` and `name` tell it from every other
/// of this process.
struct predicate_ask {
  std::uint32_t partition = 0;
  std::uint64_t incarnation = 0;
  epoch::pending_name name;  ///< the answer repeats it
  plan_ptr under;
  std::size_t filter = 0;  ///< index into under->filters: who asks
  std::string body;        ///< outreach::postponement::ask
  timestamp until{};       ///< node time: an answer after it comes too late
};

/// Every ask is answered at most once; one that never is ends by its filter's fail policy at
/// `until`.
struct predicate_answer {
  std::uint64_t incarnation = 0;
  epoch::pending_name name;
  epoch::answer what;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::predicate_ask)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::predicate_answer)
