// Recorded inputs through the matcher, in one thread, as an import would be judged: for `rule test`
// and `rule backtest`. The clock is the running maximum of event time; a subject's deadlines are
// handled before its next input and at the end, which gives the same firings as handling them at
// once, because nothing else reads a subject's state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/cep/reorder_buffer.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// One completed match of one subject, fired or withheld.
struct firing {
  subject who;
  match what;
};

struct replay_options {
  std::string zone = "UTC";
  /// Per subject kind: its events are put in time order, held until the clock is this much beyond
  /// their time, and its deadlines wait that much longer.
  std::unordered_map<std::string, duration> out_of_order = {};
  /// At the end the clock goes on to this time (`never`: until no deadline is left); else to the
  /// largest event time.
  std::optional<timestamp> until = {};
};

struct replay_counts {
  std::uint64_t inputs = 0;
  std::uint64_t duplicates = 0;  ///< (source, id, subject) seen before
  std::uint64_t judged = 0;      ///< handed to a subject's matcher
  std::uint64_t subjects = 0;    ///< that ever had state or a profile
};

/// Feed every input in order, then finish once. Not thread-safe; one per thread over disjoint
/// subjects is equivalent only if all are told the same clock, so split by rule instead.
class replay {
 public:
  replay(std::shared_ptr<const rule_set> rules, replay_options options);
  ~replay();

  /// One event and the subjects it concerns. `$user` rows update the subject's profile.
  void feed(std::span<const concerned_subject> subjects, const event& e);
  /// All firings, ordered by (time, rule, subject, key).
  std::vector<firing> finish();

  const replay_counts& counts() const noexcept { return counts_; }
  const overflow_counts& overflow() const noexcept { return overflow_; }

 private:
  struct session;

  bool is_duplicate(hash128 subject_key, const event& e);
  session* session_for(const concerned_subject& s, hash128 key, const event& e);
  void input(const concerned_subject& s, const event& e);
  void hold(session& to, held_event e, duration late);
  void release(session& of, timestamp upto);
  void apply(session& to, const std::vector<std::string>& roles, const event& e, timestamp clock);
  void settle_session(session& of, timestamp upto);
  void collect(const session& of);
  duration lateness_of(const std::string& kind) const;

  std::shared_ptr<const rule_set> rules_;
  replay_options options_;
  timestamp clock_ = beginning;
  std::unordered_map<hash128, std::unique_ptr<session>> sessions_;
  std::unordered_set<hash128> seen_;
  std::vector<match> matches_;
  std::vector<firing> firings_;
  replay_counts counts_;
  overflow_counts overflow_;
};

}  // namespace beckon::cep
