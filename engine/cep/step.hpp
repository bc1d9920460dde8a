// The matcher: step(state, input) → state + matches. Pure, deterministic, never throws on any
// input.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/subject.hpp"
#include "engine/cep/rule_set.hpp"

namespace beckon::cep {

/// Why a completed match did not fire. `inactive`: outside ACTIVE.
enum class withheld : std::uint8_t { no, condition, fire_limit, inactive };

/// "condition", "fire_limit", "inactive"; "" for no.
std::string_view to_string(withheld why) noexcept;

/// One completed match of a rule.
struct match {
  std::shared_ptr<const language::checked_rule> rule;
  std::string key;   ///< canonical bytes of the SAME values; "" without SAME
  timestamp time{};  ///< judged time of the completing event, or the deadline
  bool by_deadline = false;
  std::string
      last_source;  ///< (source, id) of the completing event; both empty for a deadline, whose wait
  std::string last_id;  ///< keeps only their hash (it is in `occurrence`)
  field_list returns;   ///< evaluated RETURN; empty when withheld
  withheld why = withheld::no;
  bool history_short = false;  ///< a look-back reached beyond what was recorded for it
  hash128 occurrence;          ///< the same for the same moment whatever judged it
};

/// What a subject's rules remember. Default-constructed: nothing.
class subject_state {
 public:
  subject_state();
  ~subject_state();
  subject_state(subject_state&&) noexcept;
  subject_state& operator=(subject_state&&) noexcept;

  /// No rule remembers anything: the subject needs no row.
  bool empty() const noexcept;
  /// The earliest deadline of any rule (firing, or state that ends by time), or `never`.
  timestamp next_deadline() const noexcept;
  /// Types that could change live state.
  interest_bits interest(const rule_set& rules) const noexcept;

  /// Packed bytes: rules and steps by name and structural hash, never by index; versioned.
  std::string encode() const;
  /// Reads packed bytes under `rules`; state of rules or steps that are gone is dropped. Error:
  /// corrupt.
  static result<subject_state> decode(std::string_view bytes, const rule_set& rules);

  struct implementation;
  implementation& inside() noexcept { return *inside_; }
  const implementation& inside() const noexcept { return *inside_; }

 private:
  std::unique_ptr<implementation> inside_;
};

/// What the bounds of Meaning 9 dropped, least recently used first. Added to, never reset.
struct overflow_counts {
  std::uint64_t keys = 0;        ///< live SAME keys beyond 256
  std::uint64_t runs = 0;        ///< runs beyond 8 at one step
  std::uint64_t entries = 0;     ///< entries of a SUM window beyond 1,000
  std::uint64_t remembered = 0;  ///< values of ONCE PER attr beyond 1,000
};

/// What judging needs beside the state.
struct judging {
  const rule_set& rules;
  const subject& who;
  const field_list* profile = nullptr;  ///< as of this input
  std::string_view zone = "UTC";
  std::vector<match>& out;  ///< matches are appended in order
  /// The rule being judged now: read by whoever catches a fault, to say which rule it was. May be
  /// null.
  const language::checked_rule** current = nullptr;
  overflow_counts* overflow = nullptr;  ///< may be null
};

/// Handles every deadline ≤ `upto`, in order of (time, rule, key).
void settle(const judging& j, subject_state& state, timestamp upto);

/// Judges one event. `roles`: the attributes by which the event concerns this subject, in catalogue
/// order; empty: the role each rule watches is taken for granted. `clock_before`: deadlines ≤ it
/// are handled first (settle), then the event is judged by every rule it concerns. A `$user` row is
/// judged by none: settle, then update the profile.
void judge(const judging& j, subject_state& state, const event& e,
           const std::vector<std::string>& roles, timestamp clock_before);

}  // namespace beckon::cep
