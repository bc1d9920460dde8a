// The meaning of one rule for one subject, written down directly: every event is kept for ever,
// every chain of events that fits stays on record, every count, sum and look-back is made again
// from the whole history. Slow and obvious; the matcher must agree with it. It shares expressions
// with the engine and nothing else.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

struct oracle_firing {
  std::string key;
  timestamp time{};
  bool by_deadline = false;
  std::string last_id;  ///< of the last positive event
  withheld why = withheld::no;
  field_list returns;
};

class oracle {
 public:
  oracle(const language::checked_rule& rule, const catalogue& events);

  void settle(timestamp upto);
  void judge(const event& e);

  timestamp next_deadline() const;
  bool empty() const;

  /// Another version takes this one's place: `next` has judged nothing yet. It takes over what
  /// look-backs with a meaning of its own have seen, the limits, and, if asked, the entries of a
  /// first step that is its own.
  void hand_over(oracle& next, bool with_window) const;
  /// From now on chains go on that have begun, and none begins; `next` holds the limits.
  void drain(oracle& next);

  std::vector<oracle_firing> fired;
  bool overflowed = false;  ///< a bound was reached: chains that fit were dropped
  int missed = 0;  ///< a chain that fits would have been better than the one run kept per step

  const field_list* profile = nullptr;

 private:
  /// A judged event of a key.
  struct entry {
    const event* what;
    timestamp at;
    int order;
    std::shared_ptr<const field_list> profile;  ///< as it was then
  };
  /// Events that fit clauses [0, done).
  struct chain {
    std::size_t done = 0;
    int order = 0;  ///< when its last clause was complete
    timestamp time{};
    timestamp start{};
    int began = 0;
    int last = 0;
    std::string last_id;
    std::vector<value> slots;
    bool standing = true;  ///< the one run kept at its step (or one of several)
    bool dead = false;
  };
  /// A wait began: steps up to `step` begin to count anew.
  struct consumption {
    int order;
    std::size_t step;
  };
  struct history {
    std::vector<entry> log;
    std::vector<chain> chains;
    std::vector<consumption> consumed;
    int window_after = 0;        ///< the first step's entries up to here are over
    std::vector<int> forgotten;  ///< per look-back: what was judged up to here is over
  };
  struct look {
    std::size_t step;
    const language::look_back* what;
  };
  using entries = std::vector<entry>;

  // oracle.cpp: what the words say of one event.
  const language::step* step_at(std::size_t at) const;
  const language::wait* wait_at(std::size_t at) const;
  std::size_t needs(std::size_t at) const;
  bool keeps(std::size_t at) const;
  bool many_at(std::size_t at) const;
  bool is_active(timestamp at) const;
  bool is_ordinary(const event& e) const;
  bool is_keyless(const event& e) const;
  std::optional<std::string> key_of_event(const event& e) const;
  bool matches(const language::event_pattern& p, const entry& x, const chain* c) const;
  bool matches_step(std::size_t at, const entry& x, const chain* c) const;
  bool counts(std::size_t at, const entry& x, const chain* c) const;
  bool satisfies(const entry& x, bool keyless) const;
  bool satisfies(const chain& c, const entry& x, bool keyless) const;

  // oracle_counts.cpp: what has been counted.
  entries window(const history& h) const;
  entries window(const history& h, timestamp now) const;
  entries counted(const history& h, const chain& c, bool with_consumed) const;
  std::optional<entries> enough(std::size_t at, entries found) const;
  timestamp start_of(const entries& counted_entries) const;
  const entry* noted(const history& h, std::size_t look_back) const;
  bool is_stopped(const history& h, std::size_t at, timestamp now) const;
  bool take(chain& c, std::size_t at, const entries& counted_entries, const entry& last) const;
  value content_of(const language::capture& want, const entries& counted_entries) const;

  // oracle_events.cpp: what an event does.
  bool judge_in(const std::string& key, history& h, const entry& x, bool keyless);
  void end(history& h, const entry& x);
  bool break_next(history& h, const entry& x);
  bool advance(const std::string& key, history& h, const entry& x);
  std::optional<chain> advanced(const history& h, const chain& c, const entry& x) const;
  void begin(const std::string& key, history& h, const entry& x);
  bool note(const entry& x) const;
  std::string signature(const history& h) const;

  // oracle_runs.cpp: which runs stand, and what firing does.
  bool is_held(const history& h, std::size_t at) const;
  const chain* latest_start(const std::vector<chain>& made);
  void put(history& h, std::vector<chain> made);
  void consume(history& h, std::size_t step);
  bool is_limited(const std::string& values, timestamp at) const;
  void decide(oracle_firing& f, const chain& c);
  void complete(const std::string& key, history& h, const chain& c, timestamp at, bool by_deadline);

  // oracle_time.cpp: deadlines, and what is left.
  timestamp limit(const chain& c) const;
  duration window_length() const;
  timestamp window_end(const history& h) const;
  timestamp next_look_back(const history& h) const;
  timestamp next_of(const history& h) const;
  timestamp limits_end() const;
  void handle(const std::string& key, history& h, timestamp at);
  void end_runs(const std::string& key, history& h, timestamp at, std::size_t position);
  void forget(history& h, timestamp at);
  void run_deadlines(const std::string* key, timestamp upto, bool limits);
  bool is_empty(const history& h) const;

  // oracle_versions.cpp: one version after another.
  void drop_idle();
  timestamp limits_end(const language::checked_rule& rule) const;

  const language::checked_rule& rule_;
  const catalogue& events_;
  bool drains_ = false;
  oracle* holder_ = nullptr;  ///< of the limits; null: this one
  std::vector<const language::checked_rule*> limited_too_;
  std::vector<look> looks_;
  std::map<std::string, history> keys_;
  history everywhere_;  ///< events whose type lacks the SAME attribute: for look-backs
  struct fired_before {
    std::optional<timestamp> last;
    std::map<std::string, timestamp> values;
  };
  fired_before limits_;
  timestamp clock_ = beginning;
  int order_ = 0;
};

/// Amounts of SUM, sum and avg: millionths, exact.
__extension__ typedef __int128 millionths;
/// Half away from zero; nullopt: NULL, no number, or too large to be an amount.
std::optional<millionths> amount_of(const value& v);
/// The value of `a`, event.time and the like included; NULL where it has none.
value read_attribute(const catalogue& events, const event& e, attribute_id a);
/// Over the values, in order of their events; `whole`: an attribute of int64.
value aggregate(language::taken what, const std::vector<value>& values, bool whole);

}  // namespace beckon::cep
