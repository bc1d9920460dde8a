// The inside of a rule set: prepared rules and the index from an event to the rules it can begin.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/cep/prepared_rule.hpp"
#include "engine/cep/rule_set.hpp"

namespace beckon::cep {

/// Hash of a value by SQL's `=`: equal values have equal hashes (1 = 1.0, a time = its ms). Lists,
/// NULL: none.
std::optional<std::uint64_t> equality_hash(const value& v) noexcept;

/// Rules whose first step names one event type.
class start_index {
 public:
  void add_always(std::uint32_t rule) { always_.push_back(rule); }
  void add(std::uint32_t rule, attribute_id attribute, std::uint64_t constant);

  bool empty() const noexcept { return always_.empty() && groups_.empty(); }
  /// Some rule's atomic predicates hold, or it has none.
  bool any(const event& e) const noexcept;
  /// Appends every rule whose atomic predicates hold.
  void collect(const event& e, std::vector<std::uint32_t>& out) const;

 private:
  /// Rules that begin with `attribute = constant`.
  struct group {
    attribute_id attribute;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> rules;
  };
  const std::vector<std::uint32_t>* find(const group& g, const event& e) const noexcept;

  std::vector<std::uint32_t> always_;
  std::vector<group> groups_;
};

struct rule_set::implementation {
  std::shared_ptr<const catalogue> events;
  std::vector<std::shared_ptr<const language::checked_rule>> rules;  ///< by name
  std::vector<prepared_rule> prepared;                               ///< beside `rules`
  std::vector<start_index> starts;                                   ///< by event type
  std::vector<bool> named;                                           ///< by event type
  std::vector<bool> ordinary;                                        ///< by event type
  std::vector<interest_bits> bits;                                   ///< by event type
  std::unordered_map<std::uint64_t, std::uint32_t> by_name_hash;

  bool is_ordinary(event_type_id type) const noexcept {
    return ordinary[static_cast<std::size_t>(type)];
  }
};

}  // namespace beckon::cep
