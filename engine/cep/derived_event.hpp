// What a TO EACH rule tells those it reaches: one event of the rule's own name per member of the
// relation. Pure functions; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// The source of every derived event.
inline constexpr std::string_view derived_source = "derived";

/// A firing that members are told of; refers to what its maker keeps.
struct telling {
  hash128 occurrence;  ///< the firing's
  std::string_view rule;
  timestamp fired{};
  timestamp arrival{};  ///< what its events carry as theirs
  const field_list& returns;
};
/// In replay: events arrive when they happen.
telling telling_of(const match& m);

/// The occurrence of a firing for one recipient.
hash128 occurrence_for(hash128 firing, std::string_view member);

/// The event `t` makes for one member: the firing's time, RETURN as attributes, the member's id,
/// and as event id the occurrence for this member. `events` derives the rule's event.
event derived_event(const telling& t, const relation_declaration& relation, std::string_view member,
                    const catalogue& events);

/// The member, concerned in the relation's own role.
concerned_subject member_of(const relation_declaration& relation, std::string member);

/// The TO EACH rule in force of that name, or null.
std::shared_ptr<const language::checked_rule> teller_named(const rule_set& rules,
                                                           std::string_view name);

/// The firing for its recipient alone, read back from the event that told it. Nullopt: its id is no
/// occurrence.
std::optional<match> match_told_by(const event& e,
                                   std::shared_ptr<const language::checked_rule> rule,
                                   const catalogue& events);

}  // namespace beckon::cep
