// Between a partition and its sessions: inputs to judge, what came of them.
// Plain values; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "engine/epoch/subject_session.hpp"
#include "engine/outreach/request.hpp"
#include "engine/plan/plan.hpp"

namespace beckon::actors {

/// Rows of a subject that has no resident session.
struct subject_rows {
  std::optional<std::string> state;
  std::optional<std::string> ledger;
  std::optional<std::string> profile;
};

/// One subject's inputs of one epoch (or one of them, when the poison one is looked for).
struct judge_request {
  std::uint64_t incarnation = 0;  ///< of the partition: late answers of an old one are void
  std::uint64_t serial = 0;       ///< of the request; the answer repeats it
  subject who;                    ///< empty: only its rows know
  plan_ptr rules;
  std::vector<epoch::session_event> inputs;
  std::vector<hash128> release;                ///< reservations of deliveries that failed for good
  std::vector<outreach::reservation> reserve;  ///< of deliveries that are sent after all
  timestamp clock_at_end = beginning;
  bool facts_wanted = false;                 ///< there is something to decide whatever matches
  std::shared_ptr<const subject_rows> rows;  ///< for a session just made; null: it knows its state
};

/// What the session made of it.
struct judge_answer {
  std::uint64_t incarnation = 0;
  std::uint64_t serial = 0;
  std::uint32_t slot = 0;
  subject who;
  std::vector<epoch::session_match> matches;
  timestamp wake_at = never;
  cep::interest_bits interest = 0;
  std::optional<std::string> state;    ///< SubjectRow; nullopt: nothing is remembered
  std::optional<std::string> profile;  ///< ProfileRow, when it changed
  std::optional<std::string>
      ledger;             ///< LedgerRow, when reservations were released ("" when none is left)
  std::size_t bytes = 0;  ///< memory of what the session remembers, about
  bool has_profile = false;
  bool has_ledger = false;
  std::shared_ptr<outreach::facts> known;  ///< with matches, or where they are wanted
};

/// The ledger as the epoch's decisions left it.
struct close_epoch {
  std::shared_ptr<const outreach::facts> known;
};

/// A session threw; it has ended. `rule`: the one being judged, or "".
struct session_failed {
  std::uint64_t incarnation = 0;
  std::uint32_t slot = 0;
  std::string reason;
  std::string rule;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::judge_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::judge_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::close_epoch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::session_failed)
