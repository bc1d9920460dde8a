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
#include "engine/cep/rule_set.hpp"
#include "engine/language/checked_rule.hpp"

namespace beckon::cep {

/// The bit of a type's name in `interest_bits`; the last bit is ANY.
interest_bits type_bit(std::string_view type_name) noexcept;
inline constexpr interest_bits any_bit = interest_bits{1} << 63;

/// May be ANY EVENT and may break a row: neither `background`, nor a `$` row, nor a tracking step.
bool is_ordinary(const event_declaration& type) noexcept;

/// One attribute of the event that completes a clause, and the run's slot it goes to.
struct capture_slot {
  std::size_t slot = 0;
  attribute_id attribute{};
};

/// One clause as the matcher sees it: a position is where a run stands that waits for this clause.
struct position {
  const language::step* step = nullptr;  ///< exactly one of the two is set
  const language::wait* wait = nullptr;
  std::uint32_t id = 0;     ///< names the position in stored bytes: structure, SAME and repetition
  std::uint32_t needs = 1;  ///< n of AT LEAST; 1 keeps no window
  bool many = false;  ///< several runs stand here, because a newer one does not cover an older
  std::vector<capture_slot> captures;
};

class prepared_rule {
 public:
  prepared_rule(std::shared_ptr<const language::checked_rule> rule, const catalogue& events);

  const language::checked_rule& rule() const noexcept { return *rule_; }
  const std::shared_ptr<const language::checked_rule>& shared() const noexcept { return rule_; }
  std::span<const position> positions() const noexcept { return positions_; }
  bool is_last(std::size_t at) const noexcept { return at + 1 == positions_.size(); }

  /// How long a first step's entry stays in its window; none: for ever.
  std::optional<duration> window() const noexcept { return window_; }
  /// Types and ANY of every clause but the first step.
  interest_bits later_types() const noexcept { return later_types_; }
  bool has_row() const noexcept { return has_row_; }
  std::uint64_t name_hash() const noexcept { return name_hash_; }
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
  void mark_many();
  void note_interest(const catalogue& events);

  std::shared_ptr<const language::checked_rule> rule_;
  std::vector<position> positions_;
  std::vector<std::uint32_t> slot_ids_;
  std::optional<duration> window_;
  interest_bits later_types_ = 0;
  std::uint64_t name_hash_ = 0;
  bool has_row_ = false;
};

}  // namespace beckon::cep
