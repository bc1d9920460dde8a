#include "topology/import/tables.hpp"

namespace beckon::topology {

import_tables::import_tables(std::shared_ptr<const catalogue> events)
    : events_(std::move(events)), items_(events_) {}

result<bool> import_tables::take(event& e, std::uint64_t row) {
  if (e.type != type_profile_row && events_->row_of(e.type) != nullptr) {
    items_.upsert(e);
    return false;
  }
  if (e.type != type_profile_row && events_->is_row(e.type)) {
    return error{errc::invalid,
                 "a node keeps no relations yet, so a row '" + std::string(events_->name(e.type)) +
                     "' would be lost; 'beckon rule backtest' takes it",
                 "row " + std::to_string(row) + " /type"};
  }
  items_.attach(e);
  return true;
}

}  // namespace beckon::topology
