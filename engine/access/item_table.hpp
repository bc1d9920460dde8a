// Tables of entities other than users: an item's row, and what events carry of it. Pure; owned by
// one thread (a replay, a door).
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"
#include "engine/base/hash.hpp"

namespace beckon {

/// Rows by (kind, id). Of ids only the hash is kept.
class item_table {
 public:
  explicit item_table(std::shared_ptr<const catalogue> events);

  /// Sets the fields of a `$item` row (`row_of` its type is not null); NULL clears one. The row is
  /// made when it is new. `$user` rows are for profiles, not for this table.
  void upsert(const event& row);

  /// Sets the event's attributes "item.title", … from the rows of the entities it names, as they
  /// are now; those of an entity without a row, or of a field without a value, stay absent.
  void attach(event& e) const;

  /// The row, or nullptr.
  const field_list* find(std::string_view kind, std::string_view id) const;
  std::size_t size() const noexcept { return rows_.size(); }

 private:
  std::shared_ptr<const catalogue> events_;
  std::unordered_map<hash128, field_list> rows_;
};

}  // namespace beckon
