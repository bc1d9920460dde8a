// Every message actors send each other. Plain values in the engine's terms; nothing here crosses a process.
#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/delivery/outbox.hpp"
#include "engine/epoch/door_table.hpp"
#include "engine/epoch/subject_session.hpp"
#include "engine/outreach/filter.hpp"
#include "engine/plan/plan.hpp"
#include "messages/actor/token.hpp"
#include "messages/port/bus.hpp"
#include "messages/port/sender.hpp"
#include "messages/port/store.hpp"

namespace beckon::actors {

// ---- partition ↔ session -------------------------------------------------------------------------------------------

/// Rows of a subject that has no resident session.
struct subject_rows {
  std::optional<std::string> state;
  std::optional<std::string> ledger;
  std::optional<std::string> profile;
};

/// One subject's inputs of one epoch (or one of them, when the poison one is looked for).
struct judge_request {
  std::uint64_t incarnation = 0;   ///< of the partition: late answers of an old one are void
  std::uint64_t serial = 0;        ///< of the request; the answer repeats it
  subject who;                     ///< empty: only its rows know
  plan_ptr rules;
  std::vector<epoch::session_event> inputs;
  std::vector<hash128> release;    ///< reservations of deliveries that failed for good
  timestamp clock_at_end = beginning;
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
  std::optional<std::string> ledger;   ///< LedgerRow, when reservations were released ("" when none is left)
  bool has_profile = false;
  bool has_ledger = false;
  std::shared_ptr<outreach::facts> known;  ///< with matches only
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

// ---- partition → rules, filters → partition ------------------------------------------------------------------------

/// One request on its way: which of the partition's candidates it is, and what filters need.
struct decision_item {
  std::uint32_t number = 0;                      ///< the partition's own
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
  std::size_t position = 0;                 ///< the filter of the chain to ask next
  std::vector<decision_item> items;         ///< those no filter has refused yet
  struct refusal {
    std::uint32_t number = 0;
    std::size_t filter = 0;                 ///< index into plan::filters
    outreach::verdict why;
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

// ---- storage --------------------------------------------------------------------------------------------------------

struct commit_request {
  std::uint32_t partition = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::string record;                       ///< CommitRecord; empty: a barrier only
};
struct commit_done {
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::optional<error> failed;              ///< the partition must begin anew
};

struct load_request {
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::vector<port::row_key> keys;          ///< three per slot: state, ledger, profile
  std::vector<std::uint32_t> slots;
};
struct load_done {
  std::uint64_t incarnation = 0;
  std::uint64_t epoch = 0;
  std::vector<std::uint32_t> slots;
  std::vector<std::shared_ptr<const subject_rows>> rows;
  std::optional<error> failed;
};

struct recover_request {
  std::uint32_t partition = 0;
  std::uint64_t incarnation = 0;
};
struct recover_done {
  std::uint64_t incarnation = 0;
  port::recovered_partition base;
  std::vector<std::pair<std::string, std::string>> directory;
  std::vector<std::pair<std::string, std::string>> outbox;
  std::vector<std::pair<std::string, std::string>> pending;
  std::uint64_t dead_letters = 0;
  std::optional<error> failed;
};

// ---- queues → partition ---------------------------------------------------------------------------------------------

struct queue_messages {
  std::uint64_t incarnation = 0;
  std::uint32_t source = 0;                 ///< index into the partition's sources
  std::vector<port::stored_message> messages;
  std::uint64_t pending = 0;
};
struct queue_empty {
  std::uint64_t incarnation = 0;
  std::uint32_t source = 0;
  timestamp sent{};
};
struct queue_trouble {
  std::uint64_t incarnation = 0;
  std::uint32_t source = 0;
  bool healthy = false;
  std::string mismatch;                     ///< not empty: the offset does not fit the stream
};
/// An idle door's clock (Tick of envelope.proto).
struct door_tick {
  std::string source;
  std::string door;
  timestamp clock{};
  std::vector<std::uint64_t> acked;         ///< by partition
};

/// Node time, every 100 ms.
struct node_tick {
  timestamp now{};
};

// ---- outbox, channels -----------------------------------------------------------------------------------------------

/// Entries a commit holds, new or rewritten, in commit order: they may be attempted now.
struct release_entries {
  std::uint64_t incarnation = 0;
  std::vector<delivery::outbox_entry> entries;
  /// Set: these are rows found by a new incarnation; the commit order when this process took the partition over.
  std::optional<std::uint64_t> recovered_since;
  /// Results the commit holds, by channel: forget them.
  std::vector<std::pair<std::string, std::pair<hash128, std::uint32_t>>> settled;
};
/// What became of entries: for the partition's next commit.
struct entries_settled {
  std::uint64_t incarnation = 0;
  std::vector<delivery::settlement> what;
  /// Deliveries a channel actor failed on twice: dead, and dead-lettered.
  std::vector<std::pair<delivery::settlement, drop_note>> poison;
};

/// One attempt for a channel. `alive` reports a crash of the channel actor before the attempt began.
struct attempt_request {
  port::delivery what;
  std::uint64_t order = 0;                  ///< the entry's commit order
  token alive;
};
/// The attempt has ended. Kept by the channel until `attempts_committed`.
struct attempt_done {
  std::string channel;
  std::uint64_t order = 0;
  hash128 delivery;
  std::uint32_t attempt = 0;
  port::receipt result;
};
struct attempt_dropped {
  std::string channel;
  std::uint64_t order = 0;
  hash128 delivery;
  std::uint32_t attempt = 0;
  drop_note note;
};
/// Results a commit holds: the channel may forget them.
struct attempts_committed {
  std::vector<std::pair<hash128, std::uint32_t>> which;
};

// ---- tracker --------------------------------------------------------------------------------------------------------

struct track_batch {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
  std::string bytes;                        ///< TrackBatch
};
struct tracked {
  std::uint32_t partition = 0;
  std::uint64_t epoch = 0;
};

// ---- life -----------------------------------------------------------------------------------------------------------

/// Stop taking; finish what was begun; answer `drained` when everything taken is committed and nothing is in flight.
struct drain {};
struct drained {
  std::string station;
};
/// A supervisor went over its budget, or something failed that only a new process can mend.
struct give_up {
  std::string station;
  std::string reason;
};

}  // namespace beckon::actors

#define BECKON_MESSAGE(T) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::T)
BECKON_MESSAGE(judge_request)
BECKON_MESSAGE(judge_answer)
BECKON_MESSAGE(close_epoch)
BECKON_MESSAGE(session_failed)
BECKON_MESSAGE(route_batch)
BECKON_MESSAGE(routed_batch)
BECKON_MESSAGE(filter_batch)
BECKON_MESSAGE(batch_dropped)
BECKON_MESSAGE(commit_request)
BECKON_MESSAGE(commit_done)
BECKON_MESSAGE(load_request)
BECKON_MESSAGE(load_done)
BECKON_MESSAGE(recover_request)
BECKON_MESSAGE(recover_done)
BECKON_MESSAGE(queue_messages)
BECKON_MESSAGE(queue_empty)
BECKON_MESSAGE(queue_trouble)
BECKON_MESSAGE(door_tick)
BECKON_MESSAGE(node_tick)
BECKON_MESSAGE(release_entries)
BECKON_MESSAGE(entries_settled)
BECKON_MESSAGE(attempt_request)
BECKON_MESSAGE(attempt_done)
BECKON_MESSAGE(attempt_dropped)
BECKON_MESSAGE(attempts_committed)
BECKON_MESSAGE(track_batch)
BECKON_MESSAGE(tracked)
BECKON_MESSAGE(drain)
BECKON_MESSAGE(drained)
BECKON_MESSAGE(give_up)
#undef BECKON_MESSAGE
