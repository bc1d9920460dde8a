// What an importer knows from the rows it has read: events that name an item carry its fields on
// arrival. One thread.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/access/catalogue.hpp"
#include "engine/access/item_table.hpp"

namespace beckon::topology {

class import_tables {
 public:
  explicit import_tables(std::shared_ptr<const catalogue> events);

  /// True: `e` goes on the queues, and carries now what the rows before it said. False: it was such
  /// a row, and is applied. Error: a row that nobody would keep (a relation's); `where` names
  /// `row`.
  result<bool> take(event& e, std::uint64_t row);

 private:
  std::shared_ptr<const catalogue> events_;
  item_table items_;
};

}  // namespace beckon::topology
