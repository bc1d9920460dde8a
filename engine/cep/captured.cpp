#include "engine/cep/captured.hpp"

#include <bit>

namespace beckon::cep {
namespace {

constexpr int deepest_list = 32;

void pack_at(byte_writer& out, const value& v, int depth) {
  const value_list* list = v.as_list();
  if (list != nullptr && depth >= deepest_list) return pack_at(out, value(), depth);
  out.u8(static_cast<std::uint8_t>(v.type()));
  switch (v.type()) {
    case value_type::null:
      return;
    case value_type::boolean:
      return out.u8(*v.as_boolean() ? 1 : 0);
    case value_type::integer:
      return out.zigzag(*v.as_integer());
    case value_type::real:
      return out.u64(std::bit_cast<std::uint64_t>(*v.as_real()));
    case value_type::text:
      return out.text(*v.as_text());
    case value_type::span:
      return out.zigzag(v.as_span()->count());
    case value_type::time:
      return out.zigzag(to_ms(*v.as_time()));
    case value_type::list:
      break;
  }
  out.varint(list->size());
  for (const value& item : *list) pack_at(out, item, depth + 1);
}

value unpack_at(byte_reader& in, int depth);

value unpack_list(byte_reader& in, int depth) {
  if (depth >= deepest_list) {
    in.fail();
    return {};
  }
  value_list items;
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    items.push_back(unpack_at(in, depth + 1));
  }
  return items;
}

value unpack_at(byte_reader& in, int depth) {
  switch (static_cast<value_type>(in.u8())) {
    case value_type::null:
      return {};
    case value_type::boolean:
      return in.u8() != 0;
    case value_type::integer:
      return in.zigzag();
    case value_type::real:
      return std::bit_cast<double>(in.u64());
    case value_type::text:
      return in.text();
    case value_type::span:
      return duration{in.zigzag()};
    case value_type::time:
      return from_ms(in.zigzag());
    case value_type::list:
      return unpack_list(in, depth);
  }
  in.fail();
  return {};
}

}  // namespace

void pack(byte_writer& out, const value& v) {
  pack_at(out, v, 0);
}

value unpack(byte_reader& in) {
  return unpack_at(in, 0);
}

const value& look_at(const event& e, attribute_id name, const catalogue& events, value& scratch) {
  static const value null;
  switch (name) {
    case attribute_time:
      return scratch = e.time;
    case attribute_type:
      return scratch = events.name(e.type);
    case attribute_source:
      return scratch = e.source;
    case attribute_event_id:
      return scratch = e.id;
    default:
      break;
  }
  const value* found = e.find(name);
  return found == nullptr ? null : *found;
}

value attribute_of(const event& e, attribute_id name, const catalogue& events) {
  value scratch;
  return look_at(e, name, events, scratch);
}

void add_slot(std::string& packed, std::size_t slot, const value& v) {
  if (v.is_null()) return;
  byte_writer out(packed);
  out.varint(slot);
  pack(out, v);
}

void read_slots(std::string_view packed, std::span<value> slots) {
  byte_reader in(packed);
  while (!in.done()) {
    const std::uint64_t slot = in.varint();
    value v = unpack(in);
    if (in.ok() && slot < slots.size()) slots[slot] = std::move(v);
  }
}

}  // namespace beckon::cep
