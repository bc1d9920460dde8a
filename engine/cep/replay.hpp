// Recorded inputs through the matcher, in one thread, as an import would be judged: for `rule test`
// and `rule backtest`. The clock is the running maximum of event time; a subject's deadlines are
// handled before its next input and at the end, which gives the same firings as handling them at
// once, because nothing else reads a subject's state. An event that no rule asks for is left out
// for the same reason.
//
// Where a rule has TO EACH, its firings reach other subjects: what an input made it tell is judged
// directly behind that input; what a deadline made it tell, before the first input that happened
// later and does not concern the owner itself, else behind it. So subjects of such rules' kinds
// handle their deadlines at their time. Derived events move no clock.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/access/item_table.hpp"
#include "engine/access/relation_table.hpp"
#include "engine/cep/foresight.hpp"
#include "engine/cep/hash_map.hpp"
#include "engine/cep/hash_set.hpp"
#include "engine/cep/reorder_buffer.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// One completed match of one subject, fired or withheld.
struct firing {
  subject who;
  match what;
  std::vector<subject> recipients = {};  ///< of a TO EACH rule that fired: whom it told
};

struct replay_options {
  std::string zone = "UTC";
  /// Per subject kind: its events are put in time order, held until the clock is this much beyond
  /// their time, and its deadlines wait that much longer.
  std::unordered_map<std::string, duration> out_of_order = {};
  /// At the end the clock goes on to this time (`never`: until no deadline is left); else to the
  /// largest event time.
  std::optional<timestamp> until = {};
  /// Inputs are prepared: they carry already what the tables say, and those no rule asks for
  /// (`asked_events`) are left out.
  bool prepared = false;
  /// Only what subjects remember at the end is wanted: `finish` gives no firings.
  bool states_only = false;
};

struct replay_counts {
  std::uint64_t inputs = 0;
  std::uint64_t duplicates = 0;  ///< (source, id its client gave, subject) seen before
  std::uint64_t judged = 0;      ///< handed to a subject's matcher
  std::uint64_t subjects = 0;    ///< that ever had state or a profile
  std::uint64_t derived = 0;     ///< events made by TO EACH rules
};

/// The order in which firings come out: (time, rule, subject, key).
bool comes_out_before(const firing& a, const firing& b) noexcept;

/// Some rule tells other subjects: only one replay of all of them gives what it fires.
bool crosses_subjects(const rule_set& rules) noexcept;

/// Which events some rule begins or notes something with, or asks for once it has begun: the others
/// change nothing. Where rules tell others, deadlines have a time of their own and every event its
/// place among them, so none is left out. Any thread; `rules` outlives it.
class asked_events {
 public:
  explicit asked_events(const rule_set& rules);

  bool contains(const event& e) const noexcept;

 private:
  const rule_set& rules_;
  bool all_;
  interest_bits later_ = 0;  // types that may matter to what has begun
};

/// Feed every input in order, then finish once. Not thread-safe. Several over disjoint subjects
/// give together what one of all gives, where no rule crosses subjects and each is told the clock
/// of all
/// (`advance`).
class replay {
 public:
  replay(std::shared_ptr<const rule_set> rules, replay_options options);
  ~replay();

  /// The clock stands at least there before the next input, or at the end.
  void advance(timestamp clock) noexcept { clock_ = std::max(clock_, clock); }

  /// One event and the subjects it concerns. `$user` rows update the subject's profile, other rows
  /// the tables; other events carry then what the tables say.
  void feed(std::span<const concerned_subject> subjects, const event& e);
  /// The same where the first subject's key_of is known.
  void feed(std::span<const concerned_subject> subjects, const event& e, hash128 first);

  /// One prepared event for one of its subjects, with the clock before it. Subjects may come in any
  /// order, each one's events in theirs. Not where rules cross subjects; `advance` before `finish`.
  void feed_one(const concerned_subject& s, hash128 key, const event& e, timestamp clock);

  /// How many inputs before its turn a subject is best expected.
  static constexpr std::size_t ahead = state_levels + 2;
  /// An input of this subject (key_of) comes soon: what it needs is fetched until then.
  void expect(hash128 subject_key, event_type_id type) noexcept;

  /// All firings, in the order of `comes_out_before`.
  std::vector<firing> finish();
  /// Once it has finished: hands over what subjects remember, while `to` says true.
  void hand_over(const std::function<bool(const subject&, subject_state)>& to);

  const replay_counts& counts() const noexcept { return counts_; }
  const overflow_counts& overflow() const noexcept { return overflow_; }

 private:
  /// What is kept of one subject.
  struct session {
    subject who;
    subject_state state;
    field_list profile;
    reorder_buffer held;
    timestamp scheduled = never;  // its moment in the agenda; never: it is not there
  };
  /// An input to come.
  struct expectation {
    hash128 key;
    event_type_id type{};
    session* of = nullptr;  // none yet
  };
  /// When a session must be looked at, and whose it is: the same order every time.
  struct agenda_entry {
    timestamp moment;
    session* of;
  };
  struct comes_first {
    bool operator()(const agenda_entry& a, const agenda_entry& b) const noexcept;
  };

  // replay.cpp: one subject
  bool is_duplicate(hash128 subject_key, const event& e);
  session* session_for(const concerned_subject& s, hash128 key, const event& e);
  void relate(const event& e);
  void arrive(std::span<const concerned_subject> subjects, const event& e, hash128 first);
  void inputs(std::span<const concerned_subject> subjects, const event& e, hash128 first);
  void input(const concerned_subject& s, hash128 key, const event& e, bool asked_for);
  void hold(session& to, held_event e, duration late);
  void release(session& of, timestamp upto);
  void apply(session& to, const std::vector<std::string>& roles, const event& e, timestamp clock);
  void settle_session(session& of, timestamp upto);
  void collect(const session& of);
  duration lateness_of(const std::string& kind) const;

  // replay_fan_out.cpp: from one subject to others
  void schedule(session& of);
  timestamp moment_of(const session& of) const;
  void run_deadlines(timestamp before, std::span<const concerned_subject> concerned);
  void look_at(timestamp moment, std::span<session* const> sessions);
  void run_out(timestamp end);
  void tell_members();
  void tell_members_of(std::size_t fired);

  std::shared_ptr<const rule_set> rules_;
  replay_options options_;
  asked_events asked_;
  item_table items_;
  relation_table relations_;
  std::vector<event> timeless_;    // rows that stand before the first time
  std::set<std::string> kinds_;    // of subjects some rule watches
  std::set<std::string> tellers_;  // of those with TO EACH
  timestamp clock_ = beginning;
  std::optional<timestamp> running_out_;  // the end, once no input comes any more
  hash_map<session> sessions_;
  std::array<expectation, ahead> expected_;  // a ring: the latest is at soon_
  std::size_t soon_ = 0;
  std::set<agenda_entry, comes_first> agenda_;  // sessions of tellers_
  hash_set seen_;
  std::vector<match> matches_;
  std::vector<firing> firings_;
  std::vector<std::size_t> telling_;  // of firings_: those of TO EACH rules, not told yet
  replay_counts counts_;
  overflow_counts overflow_;
};

}  // namespace beckon::cep
