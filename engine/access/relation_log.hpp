// Relations as a partition stores them: one row per change, so that a change is written without
// being read first. The owner's partition keeps (relation, owner, member, time), the member's the
// same with owner and member exchanged; the content says whether the change adds. Who is related
// at a time is read off a range of rows. Rows come in any order and as often as they like: a change
// is named by its time; of two changes at one time the one written last holds. Pure functions; any
// thread. Source: design.md, "Relations, items, profiles, identity".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"

namespace beckon {

/// A row's key and content, as the store gives them.
using relation_row = std::pair<std::string, std::string>;

/// What an event changes: both sides, once per relation it belongs to.
struct related_change {
  std::size_t relation = 0;  ///< of catalogue::relations()
  std::string member;
  std::string owner;
  timestamp at{};
  bool adds = true;
};
/// None where an id is missing.
std::vector<related_change> changes_of(const event& e, const catalogue& events);

/// The rows of the change on both sides; contents are the same.
std::string relation_key(const relation_declaration& relation, const related_change& c);
std::string membership_key(const relation_declaration& relation, const related_change& c);
std::string change_content(bool adds);

/// All rows of a relation, on either side, begin with it.
std::string relation_prefix(const relation_declaration& relation);
/// All rows of one owner (in RELATION), or of one member (in MEMBERSHIP), begin with it.
std::string side_prefix(const relation_declaration& relation, std::string_view id);
/// The key behind all rows of the pair of `id` and `other`: where a scan goes on after `other`.
std::string behind(const relation_declaration& relation, std::string_view id,
                   std::string_view other);

/// What all rows of a pair begin with, in the key of one of them.
std::string_view pair_in(std::string_view key) noexcept;

/// A row read. Nullopt: no such row.
struct stored_change {
  std::string id;  ///< whose side it is on: the owner's in RELATION
  std::string other;
  timestamp at{};
  bool adds = true;
};
std::optional<stored_change> read_change(std::string_view key, std::string_view content);

/// Who of one side's rows, given in key order, is related at `when`: ids of the other side,
/// ascending. Unless `whole`, further rows stand behind what was given: then a pair that they may
/// still change is left out, and scanning on gives it again; so that this comes to an end, at least
/// two rows are given.
struct related_ids {
  std::vector<std::string> ids;
  std::string after;  ///< key to scan on behind
};
related_ids related_at(std::span<const relation_row> rows, const relation_declaration& relation,
                       timestamp when, bool whole);

/// The `$unrelation.NAME` row that ends a pair at `c.at`. The relation is one of `events`'.
event removal_event(const catalogue& events, const relation_declaration& relation,
                    const related_change& c, timestamp arrival);

}  // namespace beckon
