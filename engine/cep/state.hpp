// What a subject's rules remember, in memory. Sizes matter here: a million subjects hold one each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/cep/prepared_rule.hpp"
#include "engine/cep/step.hpp"
#include "engine/cep/tally.hpp"

namespace beckon::cep {

inline constexpr std::size_t most_keys = 256;  ///< live SAME keys per (rule, subject)
inline constexpr std::size_t most_runs = 8;    ///< runs per position where several are kept
inline constexpr std::size_t most_remembered =
    1000;  ///< values of ONCE PER attr per (rule, subject)

/// A partial match: every clause before `at` is complete.
struct run {
  timestamp start{};   ///< judged time of its first counted event
  timestamp anchor{};  ///< at a step: when the previous clause was complete; in a wait: its end
  std::uint64_t began = 0;  ///< order of the event that completed the first step
  std::uint64_t last = 0;   ///< order of its last positive event
  std::uint64_t last_event =
      0;  ///< hash of that event's (source, id), where an occurrence needs it; else 0
  std::string captured;            ///< packed slots, see captured.hpp
  std::unique_ptr<tally> counted;  ///< by the step it waits for, where a number is not enough
  std::uint32_t count = 0;         ///< the number
  std::uint16_t at = 0;            ///< the clause it waits for
  bool history_short = false;      ///< a look-back asked for more past than is known

  bool has_counted() const noexcept { return count > 0 || counted != nullptr; }
};

/// Per look-back of the rule: its last judged time; `beginning`: none.
using look_back_times = std::vector<timestamp>;

/// What one SAME key holds ("" without SAME).
struct key_state {
  std::string key;
  std::uint64_t used = 0;          ///< order of the event that last changed it
  timestamp next = never;          ///< its earliest deadline
  std::vector<run> runs;           ///< by position, then oldest first
  std::unique_ptr<tally> entries;  ///< window of a counting first step
  std::unique_ptr<look_back_times> seen;

  bool empty() const noexcept { return runs.empty() && entries == nullptr && seen == nullptr; }
};

/// FIRE limits: kept across versions of the rule.
struct fire_limits {
  struct remembered {
    std::uint64_t value = 0;  ///< hash of the attributes' canonical bytes
    timestamp fired{};
  };
  std::optional<timestamp> last;   ///< last firing (ONCE, ONCE PER duration)
  std::vector<remembered> values;  ///< oldest firing first
};

/// One rule's state for one subject.
struct rule_state {
  std::uint32_t rule = 0;  ///< index in the rule set the subject is bound to
  timestamp clock = beginning;
  std::uint64_t order = 0;  ///< counts the events that changed this state
  timestamp next = never;   ///< earliest deadline of keys and limits
  std::unique_ptr<fire_limits> limits;
  std::unique_ptr<look_back_times> seen;  ///< of events without a SAME key: for all keys
  std::vector<key_state> keys;            ///< sorted by key

  bool empty() const noexcept { return keys.empty() && limits == nullptr && seen == nullptr; }
};

/// FIRE limits of a rule that is not in the set (taken out, or off until restart): the rule may
/// come back.
struct absent_rule {
  std::uint64_t name = 0;  ///< hash of the rule's name
  timestamp clock = beginning;
  timestamp ends = never;  ///< from when on they would limit nothing
  fire_limits limits;
};

struct subject_state::implementation {
  std::shared_ptr<const rule_set::implementation>
      bound;                        ///< whose indexes `rules` uses; null: nothing yet
  std::vector<rule_state> rules;    ///< sorted by index, none empty
  std::vector<absent_rule> absent;  ///< sorted by name
  timestamp next = never;

  bool empty() const noexcept { return rules.empty() && absent.empty(); }
};

/// When a run's time at its position is over (a step) or its wait ends.
timestamp deadline_of(const prepared_rule& rule, const run& r) noexcept;
/// When the last entry leaves the first step's window.
timestamp deadline_of(const prepared_rule& rule, const tally& t) noexcept;
/// When the next of these is too old for its look-back.
timestamp deadline_of(const prepared_rule& rule, const look_back_times& seen) noexcept;
/// When the limits limit nothing any more, whichever version asks; ONCE never ends, but for the end
/// of ACTIVE.
timestamp deadline_of(const prepared_rule& rule, const fire_limits& l) noexcept;

/// The earliest deadline of limits and of what look-backs noted for all keys.
timestamp deadline_beside_keys(const prepared_rule& rule, const rule_state& s) noexcept;

/// Recomputes `next` from what the key, the rule, the subject holds.
void refresh(const prepared_rule& rule, key_state& k) noexcept;
void refresh(const prepared_rule& rule, rule_state& s) noexcept;
void refresh(subject_state::implementation& s) noexcept;

/// Makes the state's indexes those of `rules`: state of rules or steps that are gone is dropped,
/// but for FIRE limits.
void bind(subject_state& state, const rule_set& rules);

}  // namespace beckon::cep
