// All live rules of one plan, compiled together: the index from an event to the rules it can
// concern.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/language/checked_rule.hpp"

namespace beckon::cep {

/// 64-bit Bloom of event types: which types could advance or end something live of a subject.
/// Bit of a type = hash of its *name*, so that it survives a change of catalogue. The last bit is
/// ANY.
using interest_bits = std::uint64_t;

/// Since when the past is known, by look_back::structure; one that is missing is known for ever.
using known_past = std::unordered_map<std::uint64_t, timestamp>;

/// Immutable; built once per plan, shared by all sessions. Thread-safe.
class rule_set {
 public:
  /// Rules of one catalogue; their order is the order of `rules()` and is by name.
  static std::shared_ptr<const rule_set> build(
      std::shared_ptr<const catalogue> events,
      std::vector<std::shared_ptr<const language::checked_rule>> rules, known_past known = {});
  ~rule_set();

  /// The same rules, with another past, or all but one.
  std::shared_ptr<const rule_set> with_past(known_past known) const;
  std::shared_ptr<const rule_set> without(std::string_view rule) const;

  const std::vector<std::shared_ptr<const language::checked_rule>>& rules() const noexcept;
  const catalogue& events() const noexcept;

  /// Some rule names this type (a key for deduplication is due).
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
