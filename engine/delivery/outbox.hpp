// The outbox of one partition: what was committed to be sent and is not finished. Decides which
// entry may be attempted next and what becomes of it. Pure; all times are node time; owned by the
// outbox actor, no thread of its own.
//
// The store is the truth: an entry comes in by `add` only after the commit that holds its row. What
// `apply` and `expire` settle is for the partition's next commit; a rewritten entry comes back by
// `add` after that commit. When the commit fails, the partition makes a new outbox from the store.
// So an outbox lives no longer than its incarnation.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/subject.hpp"
#include "engine/base/time.hpp"
#include "engine/delivery/retry.hpp"

namespace beckon::delivery {

/// One delivery on its way: OutboxRow of commit.proto in engine terms.
struct outbox_entry {
  std::uint64_t order = 0;  ///< commit order: the row's key, unique within the partition
  hash128 delivery;
  hash128 occurrence;
  subject who;
  std::string rule;
  std::string rule_version;
  std::string action;
  std::string channel;
  std::string content_type;
  std::string body;  ///< final bytes: every retry is identical
  std::string address;
  timestamp fired{};
  timestamp decided{};
  timestamp expires = never;       ///< not attempted at or after it
  std::uint32_t attempt = 1;       ///< the attempt to make next
  timestamp retry_at = beginning;  ///< not before it; `beginning`: at once
  bool may_have_taken_effect = false;
  ambiguity when_unknown = ambiguity::at_least_once;
  bool attempting = false;        ///< at_most_once: a commit says that the attempt is being made
  timestamp arrival = beginning;  ///< of the completing event; `beginning`: a deadline's, or redriven
  std::uint32_t redriven = 0;     ///< how often it was given up and sent after all
  friend bool operator==(const outbox_entry&, const outbox_entry&) = default;
};
using outbox_entry_ptr = std::shared_ptr<const outbox_entry>;

/// How many more attempts a channel takes now.
struct channel_credit {
  std::string_view channel;
  std::size_t credit = 0;
};

/// What a channel answered to one attempt.
struct attempt_result {
  hash128 delivery;
  std::uint32_t attempt = 1;
  answer what = answer::unknown;
  std::optional<duration> retry_after = {};
};

/// What the next commit does about an entry.
struct settlement {
  enum class row : std::uint8_t {
    remove,   ///< delivered or dead: the row goes; track `delivered` or the failure
    rewrite,  ///< to be tried (again): the row becomes `entry`; nothing is tracked
  } what = row::remove;
  /// As to be written (rewrite), or as it was (remove), `may_have_taken_effect` after the last
  /// attempt.
  outbox_entry entry;
  bool delivered = false;      ///< remove only
  bool release = false;        ///< give the ledger's reservation back
  bool letter = false;         ///< dead of what a person may mend: kept as a dead letter
  std::uint32_t attempts = 0;  ///< made so far, for the record
  std::string reason = {};     ///< why dead: refused, attempts, expired, ambiguous
};

/// What may go on now.
struct outbox_offers {
  std::vector<outbox_entry_ptr> start;  ///< attempts to be made
  /// Attempts that a commit must announce first (at_most_once): they come back by `add`.
  std::vector<settlement> announce;
};

class outbox {
 public:
  /// A committed entry, new or rewritten. In commit order for new ones. Of an entry it already
  /// holds only a later attempt, or one that was announced, replaces what it knows, so adding again
  /// is harmless.
  void add(outbox_entry entry);

  /// A row found in the store by a new incarnation, in commit order. `order_at_start`: the last
  /// commit order when this process took the partition over (CommitRecord.outbox_order). A row from
  /// before may have been attempted by a process that is gone, so it may have taken effect; that
  /// holds for every later incarnation in this process too. A younger row may be running in a
  /// channel: offered again, it attaches to that attempt. An announced attempt of a process that is
  /// gone is never made again: `expire` settles it as ambiguous.
  void recover(outbox_entry entry, std::uint64_t order_at_start);

  /// What may start now, at most `credit` per channel; each (delivery, attempt) is offered once.
  /// First attempts come in commit order; due retries alternate with them, so neither starves the
  /// other.
  outbox_offers next(timestamp now, std::span<const channel_credit> credits);

  /// The channel did not make the attempt, and will not before `until`: it is offered again then,
  /// under the same number. A settlement: the announcement is taken back.
  std::optional<settlement> hold_back(hash128 delivery, std::uint32_t attempt, timestamp until);

  /// Settles what was not offered in time, and what may not be offered any more. Call before
  /// `next`.
  std::vector<settlement> expire(timestamp now);

  /// Settles an attempt; nullopt for a stale result (unknown delivery, another attempt). `random`
  /// in [0,1).
  std::optional<settlement> apply(const attempt_result& r, const retry_policy& policy,
                                  timestamp now, double random);

  /// When time alone may make `next` or `expire` yield more than now; `never`: only credit, adds
  /// and results can. Retries already due wait for credit, not for time.
  timestamp wakes_at(timestamp now) const noexcept;

  /// The entry as held, or null.
  outbox_entry_ptr find(hash128 delivery) const noexcept;
  std::size_t size() const noexcept { return slots_.size(); }
  std::size_t in_flight() const noexcept { return in_flight_; }

 private:
  using timed = std::set<std::pair<timestamp, std::uint64_t>>;  // (time, order)

  enum class stage : std::uint8_t {
    waiting,
    announced,  // a commit is to say that the attempt is being made
    offered,
  };
  struct slot {
    outbox_entry_ptr entry;
    stage at = stage::waiting;
    bool may_be_running = false;  // offered by an earlier incarnation of this process, perhaps
  };
  /// What waits for one channel.
  struct lane {
    std::set<std::uint64_t> fresh;  // orders of first attempts
    timed retries;
    std::set<std::uint64_t> ready;  // orders of attempts that a commit has announced
    std::size_t announced = 0;      // that none has announced yet
    bool retry_was_last = false;
  };

  void hold(outbox_entry entry, bool may_be_running);
  void fill(lane& from, std::size_t credit, timestamp now, outbox_offers& out);
  void wait(const outbox_entry& e);
  void stop_waiting(const outbox_entry& e);
  std::optional<std::uint64_t> take(lane& from, timestamp now);
  outbox_entry_ptr offer(std::uint64_t order);
  settlement announce(std::uint64_t order);
  slot drop(std::uint64_t order);

  std::map<std::uint64_t, slot> slots_;  // by order
  std::unordered_map<hash128, std::uint64_t> orders_;
  std::map<std::string, lane, std::less<>> lanes_;
  timed expiries_;                // of those that wait
  timed wakes_;                   // retries of all lanes
  std::vector<settlement> lost_;  // announced by a process that is gone
  std::size_t in_flight_ = 0;
};

}  // namespace beckon::delivery
