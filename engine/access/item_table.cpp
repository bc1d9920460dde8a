#include "engine/access/item_table.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include "engine/access/packed_fields.hpp"
#include "engine/access/subjects.hpp"

namespace beckon {

item_table::item_table(std::shared_ptr<const catalogue> events) : events_(std::move(events)) {}

void item_table::upsert(const event& row) {
  const entity_declaration& of = *events_->row_of(row.type);
  const std::string id = subject_id_in(find_field(row.extra, of.id_attribute));
  set(of, rows_[key_of(of.name, id)], row.extra);
}

void item_table::replace(std::string_view kind, std::string_view id, const field_list& fields) {
  const entity_declaration* of = events_->entity(kind);
  if (of == nullptr) return;
  std::string& row = rows_[key_of(kind, id)];
  row.clear();
  set(*of, row, fields);
}

/// Declared fields only: nothing else is ever attached.
void item_table::set(const entity_declaration& of, std::string& row, const field_list& changed) {
  std::vector<std::string_view> kept(of.fields.size());
  packed_fields in(row);
  for (std::uint32_t place = 0; in.next(place);) kept[place] = in.skip();
  std::string out;
  for (std::uint32_t place = 0; place < of.fields.size(); ++place) {
    const value* content = find_field(changed, of.fields[place].name);
    if (content == nullptr && !kept[place].empty()) copy_packed(out, place, kept[place]);
    if (content != nullptr && !content->is_null()) append_packed(out, place, *content);
  }
  row = std::string(std::string_view(out));  // no more room than it needs
}

std::size_t item_table::attach(event& e) const {
  std::vector<attribute> found;
  std::size_t misses = 0;
  for (const attachment& a : events_->attachments(e.type)) {
    const std::string id = subject_id_in(e.find(a.id));
    if (id.empty()) continue;
    const auto row = rows_.find(key_of(a.kind, id));
    if (row == rows_.end()) {
      ++misses;
      continue;
    }
    packed_fields in(row->second);
    for (std::uint32_t place = 0; in.next(place);)
      found.push_back({a.fields[place].second, in.take()});
  }
  if (found.empty()) return misses;
  std::move(found.begin(), found.end(), std::back_inserter(e.attributes));
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& x, const attribute& y) { return x.name < y.name; });
  return misses;
}

std::optional<field_list> item_table::find(std::string_view kind, std::string_view id) const {
  const auto row = rows_.find(key_of(kind, id));
  if (row == rows_.end()) return std::nullopt;
  const entity_declaration& of = *events_->entity(kind);
  field_list out;
  packed_fields in(row->second);
  for (std::uint32_t place = 0; in.next(place);) out.push_back({of.fields[place].name, in.take()});
  return out;
}

}  // namespace beckon
