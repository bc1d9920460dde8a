// The inside of a rule set: prepared rules and the index from an event to the rules it can begin.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/cep/predicate_index.hpp"
#include "engine/cep/prepared_rule.hpp"
#include "engine/cep/rule_set.hpp"

namespace beckon::cep {

/// A former version as stored states ask for it.
struct known_version {
  std::uint64_t name = 0;  ///< hash of the rule's name
  std::uint32_t version = 0;
  fate what = fate::keep;
  std::uint32_t rule = 0;  ///< of `drain`: its index in `prepared`
};

struct rule_set::implementation {
  std::shared_ptr<const catalogue> events;
  std::vector<std::shared_ptr<const language::checked_rule>> rules;  ///< by name
  known_past known;                                                  ///< as built with
  std::vector<former_version> former;                                ///< as built with
  /// By name; of one name what drains, the oldest first, then the one in force. "Rule" as a number
  /// means one of these.
  std::vector<prepared_rule> prepared;
  std::vector<std::uint32_t> in_force;  ///< by rule: the one of its name that is in force
  std::vector<known_version> versions;  ///< of `former`, by name and version
  std::vector<predicate_index> starts;  ///< by event type
  std::vector<entry_id> first_entry;   ///< by rule: of its creating patterns
  std::vector<std::uint32_t> rule_of;  ///< by entry
  std::vector<std::uint32_t> watcher;  ///< by rule: number of what it watches, in which role
  std::size_t watchers = 0;            ///< how many of them
  std::vector<bool> named;             ///< by event type
  std::vector<bool> ordinary;          ///< by event type
  std::vector<interest_bits> bits;     ///< by event type
  std::unordered_map<std::uint64_t, std::uint32_t> by_name_hash;  ///< those in force

  bool drains() const noexcept { return prepared.size() > rules.size(); }
  /// What is known of a version that is not in force; null: nothing.
  const known_version* find_version(std::uint64_t name, std::uint32_t version) const noexcept;

  bool is_ordinary(event_type_id type) const noexcept {
    return ordinary[static_cast<std::size_t>(type)];
  }
  /// What an index can know of an event: no subject.
  language::scope scope_of(const event& e) const noexcept {
    language::scope s;
    s.current = &e;
    s.current_type = events->name(e.type);
    return s;
  }
  /// Patterns that can create state and that the event matches, or may: in the order of rules.
  void collect(const event& e, index_scratch& scratch, std::vector<hit>& out) const {
    starts[static_cast<std::size_t>(e.type)].collect(scope_of(e), scratch, out);
  }
};

}  // namespace beckon::cep
