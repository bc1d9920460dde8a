// The meaning of one rule for one subject, written down directly: every chain of events that fits
// is kept for ever, every count is made again from the whole history. Slow and obvious; the matcher
// must agree with it.
#pragma once

#include <map>
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
  };
  /// Events that fit clauses [0, done).
  struct chain {
    std::size_t done = 0;
    int order = 0;  ///< when its last clause was complete
    timestamp time{};
    timestamp start{};
    int began = 0;
    int last = 0;
    std::vector<const event*> by;  ///< per clause; null for a wait
    bool standing = false;         ///< the one run kept at its step (or one of several)
    bool dead = false;
  };
  struct consumption {
    int order;
    std::size_t step;
  };
  struct history {
    std::vector<entry> log;
    std::vector<entry> window;
    std::vector<chain> chains;
    std::vector<consumption> consumed;
  };

  const language::step* step_at(std::size_t at) const;
  const language::wait* wait_at(std::size_t at) const;
  bool many_at(std::size_t at) const;
  std::size_t needs(std::size_t at) const;
  bool is_ordinary(const event& e) const;
  bool is_keyless(const event& e) const;
  std::optional<std::string> key_of_event(const event& e) const;
  value read(const event& e, attribute_id a) const;

  bool matches(const language::event_pattern& p, const event& e, timestamp now,
               const chain* c) const;
  bool counts(std::size_t at, const event& e, timestamp now, const chain* c) const;
  std::vector<value> captures(const chain& c) const;
  bool satisfies(const history& h, const event& e, timestamp now, bool keyless) const;

  timestamp limit(const chain& c) const;
  timestamp next_of(const history& h) const;
  timestamp limits_end() const;
  void handle(const std::string& key, history& h, timestamp at);
  void run_deadlines(const std::string* key, timestamp upto, bool limits);

  void end(history& h, const event& e, timestamp now);
  bool advance(const std::string& key, history& h, const event& e, timestamp now);
  bool reaches(const history& h, const chain& c, const event& e, timestamp now) const;
  void begin(const std::string& key, history& h, const event& e, timestamp now);
  bool breaks_first(const event& e, timestamp now) const;
  void put(history& h, std::vector<chain> made);
  void consume(history& h, std::size_t step);
  bool is_limited(const std::string& values, timestamp at) const;
  void decide(oracle_firing& f, const chain& c);
  void complete(const std::string& key, history& h, const chain& c, timestamp at, bool by_deadline);
  bool is_empty(const history& h) const;
  std::string signature(const history& h) const;

  const language::checked_rule& rule_;
  const catalogue& events_;
  std::map<std::string, history> keys_;
  std::optional<timestamp> last_fired_;
  std::map<std::string, timestamp> fired_values_;
  timestamp clock_ = beginning;
  int order_ = 0;
};

}  // namespace beckon::cep
