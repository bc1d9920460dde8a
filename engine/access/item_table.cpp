#include "engine/access/item_table.hpp"

#include <algorithm>
#include <iterator>

#include "engine/access/subjects.hpp"

namespace beckon {

item_table::item_table(std::shared_ptr<const catalogue> events) : events_(std::move(events)) {}

void item_table::upsert(const event& row) {
  const entity_declaration& of = *events_->row_of(row.type);
  const std::string id = subject_id_in(find_field(row.extra, of.id_attribute));
  field_list& fields = rows_[key_of(of.name, id)];
  for (const field& f : row.extra) set_field(fields, f.name, f.content);
  std::erase_if(fields, [](const field& f) { return f.content.is_null(); });
}

void item_table::attach(event& e) const {
  std::vector<attribute> found;
  for (const attachment& a : events_->attachments(e.type)) {
    const std::string id = subject_id_in(e.find(a.id));
    const field_list* row = id.empty() ? nullptr : find(a.kind, id);
    if (row == nullptr) continue;
    for (const auto& [name, attribute] : a.fields) {
      if (const value* content = find_field(*row, name)) found.push_back({attribute, *content});
    }
  }
  if (found.empty()) return;
  std::move(found.begin(), found.end(), std::back_inserter(e.attributes));
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& x, const attribute& y) { return x.name < y.name; });
}

const field_list* item_table::find(std::string_view kind, std::string_view id) const {
  const auto at = rows_.find(key_of(kind, id));
  return at == rows_.end() ? nullptr : &at->second;
}

}  // namespace beckon
