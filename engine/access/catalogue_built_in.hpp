// What every catalogue has beside what is declared: rows of tables and tracking steps. Pure; used
// by catalogue.cpp alone.
#pragma once

#include <string_view>
#include <vector>

#include "engine/access/catalogue.hpp"

namespace beckon {

/// The field of that name, or nullptr.
const field_declaration* find_declared(const std::vector<field_declaration>& fields,
                                       std::string_view name) noexcept;

/// Adds the tracking steps that are missing, and to those declared by hand the fields they lack.
void complete_tracking_steps(std::vector<event_declaration>& events,
                             const std::vector<entity_declaration>& entities);

/// `$user` and the other entities' rows, then `$relation.NAME` and `$unrelation.NAME`.
std::vector<event_declaration> rows_of_tables(const std::vector<entity_declaration>& entities,
                                              const std::vector<relation_declaration>& relations);

}  // namespace beckon
