// What a TO EACH rule tells those it reaches: one event of the rule's own name per member of the
// relation. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// The source of every derived event.
inline constexpr std::string_view derived_source = "derived";

/// The occurrence of a match for one recipient.
hash128 occurrence_for(const match& m, std::string_view member);

/// The event `m` makes for one member: the firing's time, RETURN as attributes, the member's id,
/// and as event id the occurrence for this member. `events` derives the rule's event.
event derived_event(const match& m, const relation_declaration& relation, std::string_view member,
                    const catalogue& events);

/// The member, concerned in the relation's own role.
concerned_subject member_of(const relation_declaration& relation, std::string member);

}  // namespace beckon::cep
