// All live rules of one plan, compiled together: the index from an event to the rules it can
// concern.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/cep/fate.hpp"
#include "engine/language/checked_rule.hpp"

namespace beckon::cep {

/// 64-bit Bloom of event types: which types could advance or end something live of a subject.
/// Bit of a type = hash of its *name*, so that it survives a change of catalogue. The last bit is
/// ANY.
using interest_bits = std::uint64_t;

/// Since when the past is known, by `past_name`; one that is missing is known for ever.
using known_past = std::unordered_map<std::uint64_t, timestamp>;

/// A look-back of a rule. Each rule notes for itself: what another with the same look-back has
/// recorded, it does not know.
std::uint64_t past_name(std::string_view rule, const language::look_back& l);

/// A version of a rule that was in force before, and what became of its partial matches when it was
/// replaced.
struct former_version {
  std::string rule;     ///< its name
  std::string version;  ///< 8 hex digits
  fate what = fate::keep;
  std::shared_ptr<const language::checked_rule> text = {};  ///< of `drain`: else none
  known_past known = {};  ///< of `drain`: since when the past of its look-backs is known
};

/// Immutable; built once per plan, shared by all sessions. Thread-safe.
class rule_set {
 public:
  /// Rules of one catalogue; their order is the order of `rules()` and is by name. `former`: the
  /// oldest of a rule first, each version once; those of rules that are not there mean nothing, and
  /// of a version that is not named the partial matches are kept.
  static std::shared_ptr<const rule_set> build(
      std::shared_ptr<const catalogue> events,
      std::vector<std::shared_ptr<const language::checked_rule>> rules, known_past known = {},
      std::vector<former_version> former = {});
  ~rule_set();

  /// The same rules, with another past, other former versions, or all but one and its versions.
  std::shared_ptr<const rule_set> with_past(known_past known) const;
  std::shared_ptr<const rule_set> with_former(std::vector<former_version> former) const;
  std::shared_ptr<const rule_set> without(std::string_view rule) const;

  /// Those in force. Matches may also name a version that drains.
  const std::vector<std::shared_ptr<const language::checked_rule>>& rules() const noexcept;
  const std::vector<former_version>& former() const noexcept;
  const known_past& known() const noexcept;
  const catalogue& events() const noexcept;

  /// Some rule, or version that drains, names this type (a key for deduplication is due).
  bool names(event_type_id type) const noexcept;
  /// Events of this type can begin a run of some rule, whatever their attributes: false ends the
  /// look-up early.
  bool can_begin(event_type_id type) const noexcept;
  /// This event can begin a run of some rule (types and atomic predicates; may err on the side of
  /// true).
  bool can_begin(const event& e) const noexcept;
  /// The bits by which a state's interest may mean this type: its own, and ANY's where ANY EVENT
  /// includes it. An event concerns live state only if `(state.interest(rules) &
  /// rules.interest_of(type)) != 0`.
  interest_bits interest_of(event_type_id type) const noexcept;

  struct implementation;
  const implementation& inside() const noexcept { return *inside_; }
  /// Shared: a subject's state keeps the rules alive whose indexes it uses.
  const std::shared_ptr<const implementation>& shared_inside() const noexcept { return inside_; }

 private:
  explicit rule_set(std::shared_ptr<const implementation> inside);
  std::shared_ptr<const implementation> inside_;
};

}  // namespace beckon::cep
