#include "adapters/http/ingest/items.hpp"

#include <utility>

#include "adapters/http/ingest/item_texts.hpp"

namespace beckon::adapters {
namespace {

codec::json_limits limits_of(std::size_t bytes) {
  codec::json_limits out;
  out.bytes = bytes;
  return out;
}

/// Makes the item say its type, as the path does. False when it says another.
bool set_type(field_list& item, std::string_view kind) {
  const value* given = find_field(item, "type");
  if (given == nullptr) {
    item.push_back({"type", std::string(kind)});
    return true;
  }
  return given->as_text() != nullptr && *given->as_text() == kind;
}

}  // namespace

item_reader::item_reader(const http_options& options)
    : json_(limits_of(options.max_item)),
      whole_(limits_of(options.max_body + 4)),  // "null" may be longer than the list it replaces

      most_bytes_(options.max_item),
      most_items_(options.max_items) {}

void item_reader::read(std::string_view text, std::string pointer, std::string_view kind,
                       ingest_body& out) {
  const auto refuse = [&](std::string where, std::string message) {
    out.verdicts.push_back({false, std::move(where), std::move(message)});
  };
  if (text.size() > most_bytes_) {
    return refuse(pointer, "an item has at most " + std::to_string(most_bytes_) + " bytes");
  }
  auto members = json_.read_object(text);
  if (!members) return refuse(pointer + members.error().where, members.error().message);
  if (!kind.empty() && !set_type(*members, kind)) {
    return refuse(pointer + "/type", "the path says '" + std::string(kind) + "'");
  }
  out.places.push_back(out.verdicts.size());
  out.verdicts.push_back({false, pointer, ""});
  out.items.push_back({*std::move(members), std::move(pointer), text, kind});
}

ingest_body item_reader::read_one(std::string_view body, std::string_view kind) {
  ingest_body out;
  read(body, "", kind, out);
  return out;
}

result<ingest_body> item_reader::read_batch(std::string_view body) {
  auto split = split_batch(body, most_items_);
  if (!split) return split.error();
  if (!split->rest.empty()) {
    if (const auto rest = whole_.read_object(split->rest); !rest) return rest.error();
  }
  ingest_body out;
  out.verdicts.reserve(split->items.size());
  out.items.reserve(split->items.size());
  out.places.reserve(split->items.size());
  for (item_text& item : split->items) read(item.text, std::move(item.pointer), "", out);
  return out;
}

}  // namespace beckon::adapters
