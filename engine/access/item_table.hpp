// Tables of entities other than users: an item's row, and what events carry of it. Pure; owned by
// one thread (a replay, an importer), or kept behind a lock (messages/actor/item_shelf.hpp).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"
#include "engine/base/hash.hpp"

namespace beckon {

/// Rows by (kind, id): of ids only the hash is kept, of rows the fields that the catalogue declares
/// for their kind, packed: some 150 bytes a row of four short fields.
class item_table {
 public:
  explicit item_table(std::shared_ptr<const catalogue> events);

  /// Sets the fields of a `$item` row (`row_of` its type is not null); NULL clears one. The row is
  /// made when it is new. `$user` rows are for profiles, not for this table.
  void upsert(const event& row);
  /// The row of (kind, id) as a whole. Of a kind that the catalogue lacks nothing is kept.
  void replace(std::string_view kind, std::string_view id, const field_list& fields);

  /// Sets the event's attributes "item.title", … from the rows of the entities it names, as they
  /// are now; those of an entity without a row, or of a field without a value, stay absent. How
  /// many of the entities it names have no row.
  std::size_t attach(event& e) const;

  /// The row's declared fields, in the order of their declaration; nullopt: no row.
  std::optional<field_list> find(std::string_view kind, std::string_view id) const;
  std::size_t size() const noexcept { return rows_.size(); }

 private:
  void set(const entity_declaration& of, std::string& row, const field_list& changed);

  std::shared_ptr<const catalogue> events_;
  std::unordered_map<hash128, std::string> rows_;  // packed_fields.hpp, by place in the declaration
};

}  // namespace beckon
