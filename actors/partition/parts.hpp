// What the steps of an epoch work on: resident sessions, subjects' parts in the epoch, matches on
// their way to decisions, queues as they are read. Plain values of one partition.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/epoch/directory.hpp"
#include "engine/epoch/read_ahead.hpp"
#include "messages/actor/protocol.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/port/bus.hpp"

namespace beckon::actors {

/// A resident session, by slot.
struct session_slot {
  session_actor handle;
  hash128 key;
  subject who;
  std::uint32_t work = UINT32_MAX;   ///< this epoch's, or none
  bool fresh = false;                ///< just made: its first request brings its rows
  std::uint64_t written = 0;         ///< the last epoch whose record holds the subject's rows
  std::size_t bytes = 0;             ///< memory of the session and what it remembers, about
  timestamp used{};                  ///< node time
  std::uint32_t older = UINT32_MAX;  // neighbours by last use
  std::uint32_t newer = UINT32_MAX;
};

/// One subject's part in the epoch.
struct subject_work {
  epoch::directory::index entry = epoch::directory::none;
  std::uint32_t slot = UINT32_MAX;
  std::vector<epoch::session_event> inputs;
  std::vector<std::string> letters;  ///< the inputs' bytes, for a dead letter
  std::vector<hash128> release;
  std::vector<outreach::reservation> reserve;
  // judging
  std::uint64_t serial = 0;    ///< of the request under way
  std::size_t next = 0;        ///< one at a time: the input under way
  bool loading = false;        ///< its rows are on their way …
  bool delayed = false;        ///< … once the commit under way that holds them is durable
  bool one_at_a_time = false;  ///< after a failure: which input is the poison?
  bool set_aside = false;      ///< the process ended over its state: not judged, a dead letter
  bool done = false;
  std::shared_ptr<const subject_rows> rows;  ///< as of the last answer, for the next session
  judge_answer last;                         ///< what is to be committed
  bool answered = false;
  std::vector<epoch::session_match> matches;
  bool facts_wanted = false;  ///< a pending decision of the subject is taken up again
  // deciding
  std::shared_ptr<outreach::facts> known;
  bool ledger_changed = false;
};

/// A match on its way to decisions.
struct epoch_request {
  std::uint32_t work = 0;
  std::size_t input = 0;  ///< from 1; 0: a pending decision, taken up again
  std::shared_ptr<const outreach::request> what;
  timestamp not_before = beginning;  ///< it is not decided as of any time before
};
struct epoch_candidate {
  std::uint32_t request = 0;
  std::size_t action = 0;
};
/// A pending decision that this epoch takes up again.
struct woken_request {
  epoch_request request;
  std::size_t action = 0;
};

/// What was decided about when the delivery was, as far as decision records need it.
outreach::request request_of(const delivery::outbox_entry& e);

enum class phase : std::uint8_t { recovering, idle, judging, routing, deciding };

/// A queue as the partition reads it.
struct queue_state {
  std::unique_ptr<port::queue_handler> handler;
  std::unique_ptr<port::queue_reader> reader;
  port::stream_offset taken;      ///< with the epoch under way
  port::stream_offset committed;  ///< of it, what is durable
  epoch::read_ahead ahead{1, 0};
  std::deque<port::stored_message> inbox;
  std::optional<codec::envelope_view>
      head;                    ///< the inbox's first message, once read; points into it
  std::size_t next_entry = 0;  ///< of the head: entries before it are taken
  std::uint64_t lag = 0;
  bool healthy = false;
  bool interrupted = false;  ///< what doors say of it may be of a stream that is no more
  bool lost =
      false;  ///< the stream is not the one that was read: read anew once the inbox is taken
};

}  // namespace beckon::actors
