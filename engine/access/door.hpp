// A door: whoever puts events on the bus, as a pure state machine. One per (door, source); it owns
// one queue per partition of that source. Its owner (a source actor) encodes and publishes what
// `next` gives, and reports each publish once by `ack` or `fail`. Protocol: design.md "Doors",
// model.py class Door.
//
// Order: every envelope names the position before its first entry in its queue, and a reader takes
// only what follows the last it took. So after a failure the queue waits until everything in flight
// is answered and sends again from the first entry not known to be stored on; an ack behind a gap
// does not count. Not thread-safe; never blocks; time is an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon {

struct door_settings {
  std::string name;  ///< node, and its start where no log keeps the counter
  std::string source;
  std::uint32_t partitions = 1;
  bool import = false;  ///< clocks are the running maximum of event time, not arrival
  /// One more queue, of number `partitions`: the log of items. Its rows are acknowledged and sent
  /// again like entries; it has neither begin nor end messages, and ticks leave it out.
  bool item_log = false;
  std::size_t envelope_entries = 512;  ///< an envelope is full at so many entries …
  std::size_t envelope_bytes =
      256 * 1024;  ///< … or so many bytes of bodies; one body may not exceed it
  /// Unanswered envelopes per queue; one that is not full waits until none is (Nagle's algorithm):
  /// the slower the broker, the larger envelopes are.
  std::size_t in_flight = 8;
  std::size_t unacked_bytes = 64 * 1024 * 1024;  ///< bound of what is accepted and not acked
  std::uint64_t resume_after = 0;  ///< positions <= this are known to be stored in every queue …
  std::vector<std::uint64_t> stored = {};  ///< … and by queue, <= these in that queue; empty: none
  timestamp start{};                       ///< live: nothing arrives earlier
  bool report_completed = false;           ///< fill `take_completed`
  bool quiet = false;  ///< no begin and end messages: its name and its counter last for ever, and
                       ///< no clock waits for it
};

enum class envelope_kind : std::uint8_t { entries, begin, end };

/// An entry's part on one queue. `body` is the encoded entry without position and clock.
struct door_share {
  std::uint32_t queue = 0;
  std::string body;
};

struct outgoing_entry {
  std::uint64_t position = 0;
  timestamp before{};     ///< clock_before
  std::string_view body;  ///< the door's; valid until this envelope is acked
};

/// What to publish on `queue` now.
struct outgoing_envelope {
  std::uint64_t id = 0;  ///< names it in `ack` and `fail`
  std::uint32_t queue = 0;
  envelope_kind kind = envelope_kind::entries;
  std::uint64_t after = 0;  ///< entries: of the entry before them, 0 first; begin, end: of the last
  timestamp clock{};
  timestamp before{};  ///< clock_before of the entries, where theirs does not differ
  std::uint64_t low_water = 0;
  std::vector<outgoing_entry> entries;
  std::vector<std::string> ends;  ///< `begin`: the doors that end by it
};

/// What an idle door says of its source, unstored.
struct tick_content {
  timestamp clock{};
  std::vector<std::uint64_t>
      acked;  ///< by queue: the stream sequence up to which everything is stored
};

class door {
 public:
  explicit door(door_settings settings);

  const door_settings& settings() const noexcept { return settings_; }

  // -- life: begin → accepting → end → ended
  /// Puts a begin message, ending `predecessors`, into every queue; a quiet door is open at once.
  /// Once.
  void begin(std::vector<std::string> predecessors);
  /// Every queue's begin message is acked and `end` was not called.
  bool accepting() const noexcept { return state_ == state::open; }
  /// No more entries. Each queue gets its end message after its last entry is acked; an import's
  /// carries `until`, or the largest event time accepted where that is later.
  void end(std::optional<timestamp> until = std::nullopt);
  /// Every end message is acked, and so is what the log of items was given.
  bool ended() const noexcept {
    return state_ == state::ended && (!settings_.item_log || queues_.back().entries.empty());
  }

  // -- in
  /// Live: notes that nothing accepted from now on arrived before `now`, and gives the arrival of
  /// what is accepted now: `now`, or later where the clock was set back.
  timestamp stamp(timestamp now) noexcept;
  /// Takes one event. `position` grows from call to call; `when` is its arrival (live, from
  /// `stamp`) or its time (import). No shares: it concerns nobody, and only moves clock and
  /// low-water mark. Bodies are moved from. Errors: conflict (not accepting, position or arrival
  /// not growing), exhausted (full, or a body beyond an envelope's size); nothing is taken then.
  result<void> accept(std::uint64_t position, timestamp when, std::span<door_share> shares);
  std::uint64_t last_position() const noexcept { return last_position_; }
  /// An entry of that position is known to be in that queue from the start: it is not sent.
  bool is_stored(std::uint32_t queue, std::uint64_t position) const noexcept {
    return position <= settings_.resume_after ||
           (queue < settings_.stored.size() && position <= settings_.stored[queue]);
  }
  /// Unacked bytes reached their bound.
  bool full() const noexcept { return bytes_ >= settings_.unacked_bytes; }
  std::size_t unacked_bytes() const noexcept { return bytes_; }

  // -- out
  /// The next envelope to publish, queues in turn; nothing when none may be sent. Without `flush`
  /// only full envelopes: call with it when the linger (linger.hpp) is over.
  std::optional<outgoing_envelope> next(bool flush);
  /// Some queue may have something to send: `next(true)` is worth a call.
  bool has_unsent() const noexcept { return !ready_.empty(); }
  /// Some envelope is neither acked nor failed.
  bool in_flight() const noexcept { return unanswered_ > 0; }

  // -- answers
  void ack(std::uint32_t queue, std::uint64_t id, std::uint64_t stream_sequence);
  /// Refused, timed out or not sent: the queue is held until `retry`.
  void fail(std::uint32_t queue, std::uint64_t id);
  /// Queues that failed, whose envelopes are all answered, may send again. The owner's back-off
  /// calls it.
  void retry();
  /// Some queue waits for `retry`.
  bool has_held() const noexcept { return held_ > 0; }

  // -- what is known
  /// Every position <= this is acked in every queue it went to.
  std::uint64_t low_water() const noexcept { return low_water_; }
  /// The last of this door's entries known to be in the queue, and the stream sequence acked last.
  struct queue_end {
    std::uint64_t position = 0;
    std::uint64_t sequence = 0;
  };
  queue_end end_of(std::uint32_t queue) const noexcept;
  /// How often a queue gave a sequence that it had given before: the broker lost what it had acked.
  std::size_t losses() const noexcept { return losses_; }
  /// With `report_completed`: positions completely acked since the last call, in the order that
  /// happened; their senders may be answered.
  std::vector<std::uint64_t> take_completed();
  /// True in every queue once it has been read up to the sequence given. Only while accepting;
  /// live, `stamp` first.
  tick_content tick() const;

 private:
  enum class state : std::uint8_t { fresh, starting, open, draining, ended };
  enum class answer : std::uint8_t { none, stored, failed };

  struct entry {
    std::uint64_t position = 0;
    std::uint64_t row = 0;
    timestamp before{};  // import
    std::string body;
  };
  struct flight {
    std::uint64_t id = 0;
    std::size_t entries = 0;  // 0: begin or end
    envelope_kind kind = envelope_kind::entries;
    answer got = answer::none;
    std::uint64_t sequence = 0;
  };
  struct queue_state {
    std::deque<entry> entries;   // accepted, not acked
    std::deque<flight> flights;  // of the first `sent` entries
    std::size_t sent = 0;
    std::size_t unsent_bytes = 0;
    std::uint64_t acked_position = 0;
    std::uint64_t acked_sequence = 0;
    std::optional<envelope_kind> control;  // to be sent once nothing else is there
    bool broken = false;                   // something failed: send nothing
    bool held = false;                     // broken, and everything is answered
    bool in_ready = false;
    bool in_full = false;
  };
  struct row {
    std::uint64_t position = 0;
    timestamp when{};  // live: arrival; import: clock before it
    std::uint32_t shares_left = 0;
  };

  result<void> check(std::uint64_t position, timestamp when, std::span<door_share> shares) const;
  void place(std::uint64_t position, timestamp before, door_share& share);
  void request(envelope_kind control);
  bool may_send(const queue_state& q) const noexcept;
  bool is_full(const queue_state& q) const noexcept;
  bool is_urgent(const queue_state& q) const noexcept;
  void note_ready(std::uint32_t index);
  outgoing_envelope start_flight(std::uint32_t index, envelope_kind kind, std::size_t entries);
  outgoing_envelope take_entries(std::uint32_t index);
  outgoing_envelope take_control(std::uint32_t index);
  void answered(std::uint32_t index, std::uint64_t id, answer got, std::uint64_t sequence);
  void settle(std::uint32_t index);
  void rewind(queue_state& q);
  void confirm(queue_state& q, const flight& f);
  std::uint64_t last_in(std::uint32_t queue) const noexcept;
  void finish_control();
  void finish_share(std::uint64_t number);
  void finish_rows();
  timestamp clock_of(const queue_state& q) const noexcept;

  door_settings settings_;
  state state_ = state::fresh;
  std::vector<queue_state> queues_;
  std::deque<std::uint32_t>
      ready_;  // queues that may send, in turn; some may have done so meanwhile
  std::deque<std::uint32_t> full_;  // those of them with a full envelope or a begin or end message
  std::deque<row> rows_;            // accepted and not completely acked, from `first_row_` on
  std::uint64_t first_row_ = 0;
  std::vector<std::uint64_t> completed_;
  std::vector<std::string> predecessors_;
  std::uint64_t last_position_ = 0;
  std::uint64_t low_water_ = 0;
  std::uint64_t last_id_ = 0;
  std::size_t bytes_ = 0;
  std::size_t held_ = 0;
  std::size_t unanswered_ = 0;     // envelopes
  std::size_t controls_left_ = 0;  // begin or end messages not acked
  timestamp
      horizon_{};  // live: nothing later arrives earlier; import: running maximum of event time
  std::optional<timestamp> until_;
  bool end_requested_ = false;
  std::size_t losses_ = 0;
};

}  // namespace beckon
