#include "messages/codec/event_codec.hpp"

#include <algorithm>

#include "messages/codec/event_fields.hpp"
#include "messages/codec/json.hpp"
#include "messages/codec/wire.hpp"

namespace beckon::codec {
namespace {

using namespace event_fields;
using wire::key;
using wire::kind;

error corrupt() {
  return error{errc::corrupt, "these bytes are no event"};
}

bool is_text(std::string_view bytes, bool utf8) {
  return !utf8 || is_utf8(bytes);
}

/// A Field found on the wire, its content not yet a value.
struct encoded_field {
  std::string_view name;
  wire::field content;  // key 0: NULL
};

bool read_field(std::string_view bytes, encoded_field& out) {
  wire::reader in(bytes);
  for (wire::field f; in.next(f);) {
    if (f.key == key(name_field, kind::bytes)) {
      out.name = f.bytes;
    } else if (f.key >> 3 >= boolean_field && f.key >> 3 <= list_field) {
      out.content = f;
    }
  }
  return !in.failed();
}

/// `utf8`: where text comes from outside, it must be UTF-8.
bool make_value(const wire::field& f, value& out, bool utf8, int depth);

bool make_list(std::string_view bytes, value& out, bool utf8, int depth) {
  if (depth >= deepest_list) return true;
  value_list items;
  wire::reader in(bytes);
  for (wire::field f; in.next(f);) {
    if (f.key != key(items_field, kind::bytes)) continue;
    encoded_field item;
    if (!read_field(f.bytes, item)) return false;
    if (!make_value(item.content, items.emplace_back(), utf8, depth + 1)) return false;
  }
  out = value(std::move(items));
  return !in.failed();
}

bool make_value(const wire::field& f, value& out, bool utf8, int depth) {
  switch (f.key) {
    case key(boolean_field, kind::varint):
      out = value(f.number != 0);
      return true;
    case key(integer_field, kind::varint):
      out = value(wire::unzigzag(f.number));
      return true;
    case key(real_field, kind::fixed64):
      out = value(f.real());
      return true;
    case key(span_field, kind::varint):
      out = value(duration{wire::unzigzag(f.number)});
      return true;
    case key(moment_field, kind::varint):
      out = value(from_ms(wire::unzigzag(f.number)));
      return true;
    case key(list_field, kind::bytes):
      return make_list(f.bytes, out, utf8, depth);
    case key(text_field, kind::bytes):
      if (!is_text(f.bytes, utf8)) return false;
      out = value(f.bytes);
      return true;
    default:
      return true;  // NULL, or a later version's
  }
}

/// Finds attributes by name; mostly they stand in the order of the type's numbers.
class attribute_finder {
 public:
  attribute_finder(const catalogue& catalogue, event_type_id type)
      : catalogue_(catalogue), type_(type), known_(catalogue.attributes(type)) {}

  bool is_attached(attribute_id id) const noexcept { return catalogue_.is_attached(type_, id); }

  const std::pair<attribute_id, value_type>* find(std::string_view name) {
    if (next_ < known_.size() && catalogue_.name(known_[next_].first) == name) {
      return &known_[next_++];
    }
    const auto id = catalogue_.attribute(name);
    if (!id) return nullptr;
    const auto at = std::lower_bound(known_.begin(), known_.end(), *id,
                                     [](const auto& a, attribute_id n) { return a.first < n; });
    if (at == known_.end() || at->first != *id) return nullptr;
    next_ = static_cast<std::size_t>(at - known_.begin()) + 1;
    return &*at;
  }

 private:
  const catalogue& catalogue_;
  const event_type_id type_;
  const std::vector<std::pair<attribute_id, value_type>>& known_;
  std::size_t next_ = 0;
};

/// `attached`: by a door, not by who sent the event; each only where the catalogue says so. What a door
/// attached under another catalogue is dropped: it was never part of what was sent.
bool place(std::string_view bytes, bool attached, attribute_finder& known, event& out) {
  encoded_field given;
  if (!read_field(bytes, given)) return false;
  const auto* declared = known.find(given.name);
  if (declared == nullptr || known.is_attached(declared->first) != attached) {
    value dropped;
    if (attached) return make_value(given.content, dropped, false, 0);
    out.extra.push_back({std::string(given.name), value()});
    return make_value(given.content, out.extra.back().content, false, 0);
  }
  value& content = out.attributes.emplace_back(attribute{declared->first, {}}).content;
  if (!make_value(given.content, content, false, 0)) return false;
  if (content.type() == declared->second || declared->second == value_type::null) return true;
  // Written under another catalogue, which gave the attribute another type.
  auto converted = convert(content, declared->second, "UTC");
  if (converted && !converted->is_null()) {
    content = *std::move(converted);
  } else {
    out.extra.push_back({std::string(given.name), std::move(content)});
    out.attributes.pop_back();
  }
  return true;
}

bool sort_attributes(std::vector<attribute>& attributes) {
  const auto by_name = [](const attribute& a, const attribute& b) { return a.name < b.name; };
  if (!std::is_sorted(attributes.begin(), attributes.end(), by_name)) {
    std::sort(attributes.begin(), attributes.end(), by_name);
  }
  return std::adjacent_find(attributes.begin(), attributes.end(), [](const auto& a, const auto& b) {
           return a.name == b.name;
         }) == attributes.end();
}

}  // namespace

result<std::string_view> type_in(std::string_view bytes) {
  std::string_view type;
  wire::reader in(bytes);
  wire::field f;
  for (bool first = true; in.next(f); first = false) {
    if (f.key != key(type_field, kind::bytes)) continue;
    if (first) return f.bytes;
    type = f.bytes;
  }
  if (in.failed() || type.empty()) return corrupt();
  return type;
}

result<event> decode_event(std::string_view bytes, const catalogue& catalogue) {
  const auto name = type_in(bytes);
  if (!name) return name.error();
  const auto type = catalogue.type(*name);
  if (!type) {
    return error{errc::not_found, "the catalogue has no event '" + std::string(*name) + "'"};
  }
  event out;
  out.type = *type;
  out.attributes.reserve(catalogue.attributes(*type).size());
  attribute_finder known(catalogue, *type);
  wire::reader in(bytes);
  for (wire::field f; in.next(f);) {
    switch (f.key) {
      case key(id_field, kind::bytes):
        out.id = f.bytes;
        break;
      case key(source_field, kind::bytes):
        out.source = f.bytes;
        break;
      case key(time_field, kind::varint):
        out.time = from_ms(wire::unzigzag(f.number));
        break;
      case key(arrival_field, kind::varint):
        out.arrival = from_ms(wire::unzigzag(f.number));
        break;
      case key(client_id_field, kind::varint):
        out.client_id = f.number != 0;
        break;
      case key(attributes_field, kind::bytes):
        if (!place(f.bytes, false, known, out)) return corrupt();
        break;
      case key(attached_field, kind::bytes):
        if (!place(f.bytes, true, known, out)) return corrupt();
        break;
      default:
        break;  // a later version's
    }
  }
  if (in.failed() || !sort_attributes(out.attributes)) return corrupt();
  return out;
}

result<raw_event> decode_client_event(std::string_view bytes) {
  const error wrong{errc::invalid, "these bytes are no beckon.v1.Event"};
  raw_event out;
  wire::reader in(bytes);
  for (wire::field f; in.next(f);) {
    switch (f.key) {
      case key(type_field, kind::bytes):
        out.type = f.bytes;
        break;
      case key(id_field, kind::bytes):
        out.id = f.bytes;
        break;
      case key(source_field, kind::bytes):
        out.source = f.bytes;
        break;
      case key(time_field, kind::varint):
        if (f.number != 0) out.time = value(from_ms(wire::unzigzag(f.number)));
        break;
      case key(attributes_field, kind::bytes): {
        encoded_field given;
        if (!read_field(f.bytes, given) || !is_text(given.name, true)) return wrong;
        out.attributes.push_back({std::string(given.name), value()});
        if (!make_value(given.content, out.attributes.back().content, true, 0)) return wrong;
        break;
      }
      default:
        break;  // arrival, client_id, attached are the door's to set; others a later version's
    }
  }
  if (in.failed() || !is_text(out.type, true) || !is_text(out.id, true) ||
      !is_text(out.source, true)) {
    return wrong;
  }
  return out;
}

}  // namespace beckon::codec
