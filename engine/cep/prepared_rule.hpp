// A checked rule with what the matcher asks of it again and again worked out once per plan.
// Immutable, thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/event_kinds.hpp"
#include "engine/cep/rule_set.hpp"
#include "engine/cep/tally.hpp"
#include "engine/language/checked_rule.hpp"

namespace beckon::cep {

/// The bit of a type's name in `interest_bits`; the last bit is ANY.
interest_bits type_bit(std::string_view type_name) noexcept;
inline constexpr interest_bits any_bit = interest_bits{1} << 63;

/// 48 bits of the hash of a rule's name: names it in stored bytes.
std::uint64_t name_hash_of(std::string_view rule_name) noexcept;
/// A rule's version, 8 hex digits, as a number; 0 for anything else.
std::uint32_t version_number(std::string_view version) noexcept;

/// What a run takes along when a clause is complete, and its slot.
struct taken_slot {
  std::size_t slot = 0;
  language::taken what = language::taken::attribute;
  attribute_id attribute{};
  std::size_t kept = 0;  ///< of an aggregate: index in counting::kept
  bool whole = false;    ///< of an aggregate: the attribute is int64
};

/// The time an UNTIL names, evaluated when a clause is complete.
struct until_slot {
  std::size_t slot = 0;
  const language::expression* content = nullptr;
};

/// One clause as the matcher sees it: a position is where a run stands that waits for this clause.
struct position {
  const language::step* step = nullptr;  ///< exactly one of the two is set
  const language::wait* wait = nullptr;
  std::uint32_t id = 0;  ///< names the position in stored bytes: structure, SAME and repetition
  bool many = false;     ///< several runs stand here, because a newer one does not cover an older
  counting counts;
  std::vector<std::uint32_t> kept_ids;  ///< beside counts.kept: names them in stored bytes
  std::vector<taken_slot> takes;
  std::vector<until_slot> untils;
  std::vector<std::size_t> look_backs;  ///< that may stop this step, indexes in look_backs()
  std::optional<duration> within;       ///< of a step

  /// Counts that need no entries: a number in the run is enough.
  bool counts_plainly() const noexcept {
    return counts.how == language::quantity::times && counts.kept.empty();
  }
};

/// A look-back of some step: what it watches is noted from the beginning.
struct watched_past {
  const language::look_back* what = nullptr;
  std::uint32_t id = 0;               ///< names it in stored bytes
  timestamp known_since = beginning;  ///< what was before was not recorded for it
};

/// Ends runs standing at a position of [from, to].
struct interruption_span {
  const language::event_pattern* pattern = nullptr;
  std::size_t from = 0, to = 0;
};

class prepared_rule {
 public:
  /// A version that drains carries its live runs to their end and begins nothing: no first step, no
  /// look-back of it.
  enum class role : std::uint8_t { in_force, drains };

  prepared_rule(std::shared_ptr<const language::checked_rule> rule, const catalogue& events,
                const known_past& known = {}, role as = role::in_force);

  /// Versions that share the FIRE limits with this one: these end when they limit none.
  void remember_limits_for(std::vector<const language::checked_rule*> others) {
    limited_too_ = std::move(others);
  }
  std::span<const language::checked_rule* const> limited_too() const noexcept {
    return limited_too_;
  }

  const language::checked_rule& rule() const noexcept { return *rule_; }
  const std::shared_ptr<const language::checked_rule>& shared() const noexcept { return rule_; }
  std::span<const position> positions() const noexcept { return positions_; }
  bool is_last(std::size_t at) const noexcept { return at + 1 == positions_.size(); }
  /// Where a run may stand that `id` names; 0: nowhere.
  std::size_t position_of(std::uint32_t id) const noexcept;

  /// Of a version that drains: those of its later steps.
  std::span<const watched_past> look_backs() const noexcept { return look_backs_; }
  std::span<const interruption_span> interruptions() const noexcept { return interruptions_; }
  /// What can make state where there is none: the first step and every look-back. Nothing can of a
  /// version that drains.
  std::vector<const language::event_pattern*> creating() const;
  /// A match ends with a wait, so that its occurrence needs the identity of the last event.
  bool ends_by_deadline() const noexcept { return positions_.back().wait != nullptr; }

  /// A copy of what every event asks, side by side: with 10,000 rules each line of memory counts.
  struct habits {
    interest_bits later_types = 0;
    interest_bits types = 0;  ///< and ANY, of all it asks for: others only tell it the time
    timestamp active_from = beginning, active_to = never;
    std::optional<duration> all_within;
    bool keyed = false;  ///< has SAME
    bool keep_first = false;
    bool has_row = false;
    bool drains = false;

    bool is_active(timestamp t) const noexcept { return active_from <= t && t < active_to; }
  };
  const habits& usual() const noexcept { return habits_; }

  /// How long a first step's entry stays in its window; none: for ever.
  std::optional<duration> window() const noexcept { return window_; }
  bool drains() const noexcept { return habits_.drains; }
  /// Types and ANY of every clause but the first step, of a version that drains look-backs too.
  interest_bits later_types() const noexcept { return habits_.later_types; }
  /// Has IN A ROW or NEXT: every ordinary event may matter.
  bool has_row() const noexcept { return habits_.has_row; }
  /// 48 bits of the name's hash.
  std::uint64_t name_hash() const noexcept { return name_hash_; }
  std::uint32_t version() const noexcept { return version_; }
  /// Hash of a slot's clause and attribute name: names captured values in stored bytes.
  std::span<const std::uint32_t> slot_ids() const noexcept { return slot_ids_; }

  /// The pattern's types (or ANY) hold this type; its WHERE is another question.
  static bool names(const language::event_pattern& p, event_type_id type, bool ordinary) noexcept;
  /// The event concerns the subject in the role this rule watches. No roles given: taken for
  /// granted.
  bool watches(const event_declaration& type, const std::vector<std::string>& roles) const noexcept;
  /// Events of this type have no SAME key: they apply to all keys.
  bool is_keyless(event_type_id type, const catalogue& events) const noexcept;

 private:
  void add_positions(const catalogue& events);
  void prepare_counting(position& p, bool first);
  void add_captures(const catalogue& events);
  void add_guards(const known_past& known);
  void mark_many();
  void note_interest(const catalogue& events);

  habits habits_;
  std::vector<position> positions_;
  std::shared_ptr<const language::checked_rule> rule_;
  std::vector<watched_past> look_backs_;
  std::vector<interruption_span> interruptions_;
  std::vector<std::uint32_t> slot_ids_;
  std::optional<duration> window_;
  std::vector<const language::checked_rule*> limited_too_;
  std::uint64_t name_hash_ = 0;
  std::uint32_t version_ = 0;
};

}  // namespace beckon::cep
