// What an importer knows from the rows it has read: events that name an item carry its fields on
// arrival; rows of relations before every time get the first one. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "engine/access/catalogue.hpp"
#include "engine/access/item_table.hpp"

namespace beckon::topology {

class import_tables {
 public:
  /// The first time in what is imported; nothing: there is none.
  using find_first_time = std::function<result<std::optional<timestamp>>()>;

  import_tables(std::shared_ptr<const catalogue> events, find_first_time find);

  /// `e` goes onto the bus: an event carries now what the rows before it said; such a row is
  /// applied. A relation's row without a time, and none before it, gets the first there is, or else
  /// its arrival. Error: what `find` says; `where` names `row`.
  result<void> take(event& e, std::uint64_t row);

 private:
  result<void> set_time(event& e, std::uint64_t row);

  std::shared_ptr<const catalogue> events_;
  item_table items_;
  find_first_time find_;
  std::optional<std::optional<timestamp>> first_;  // once asked for
};

}  // namespace beckon::topology
