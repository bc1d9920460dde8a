#include "topology/import/tables.hpp"

namespace beckon::topology {

import_tables::import_tables(std::shared_ptr<const catalogue> events, find_first_time find)
    : events_(std::move(events)), items_(events_), find_(std::move(find)) {}

result<void> import_tables::take(event& e, std::uint64_t row) {
  if (e.type != type_profile_row && events_->row_of(e.type) != nullptr) {
    items_.upsert(e);
    return {};
  }
  if (e.type != type_profile_row && events_->is_row(e.type)) return set_time(e, row);
  items_.attach(e);
  return {};
}

/// A relation's row before every time holds from the first time on.
result<void> import_tables::set_time(event& e, std::uint64_t row) {
  if (e.time > timestamp{}) return {};
  if (!first_) {
    auto found = find_();
    if (!found)
      return error{found.error().code, found.error().message, "row " + std::to_string(row)};
    first_ = *found;
  }
  e.time = first_->value_or(e.arrival);
  return {};
}

}  // namespace beckon::topology
