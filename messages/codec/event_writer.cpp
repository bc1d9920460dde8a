// The writing half of event_codec.hpp.
#include "messages/codec/event_codec.hpp"
#include "messages/codec/event_fields.hpp"
#include "messages/codec/wire.hpp"

namespace beckon::codec {
namespace {

using namespace event_fields;

std::size_t content_size(const value& v, int depth);

std::size_t list_size(const value_list& list, int depth) {
  std::size_t size = 0;
  for (const value& item : list) size += wire::bytes_size(content_size(item, depth + 1));
  return size;
}

std::size_t content_size(const value& v, int depth) {
  switch (v.type()) {
    case value_type::null:
      return 0;
    case value_type::boolean:
      return 2;
    case value_type::integer:
      return 1 + wire::varint_size(wire::zigzag(*v.as_integer()));
    case value_type::real:
      return 9;
    case value_type::text:
      return wire::bytes_size(v.as_text()->size());
    case value_type::span:
      return 1 + wire::varint_size(wire::zigzag(v.as_span()->count()));
    case value_type::time:
      return 1 + wire::varint_size(wire::zigzag(to_ms(*v.as_time())));
    case value_type::list:
      break;
  }
  return depth >= deepest_list ? 0 : wire::bytes_size(list_size(*v.as_list(), depth));
}

void append_content(std::string& out, const value& v, int depth) {
  switch (v.type()) {
    case value_type::null:
      return;
    case value_type::boolean:
      return wire::append_number(out, boolean_field, *v.as_boolean() ? 1 : 0);
    case value_type::integer:
      return wire::append_number(out, integer_field, wire::zigzag(*v.as_integer()));
    case value_type::real:
      return wire::append_real(out, real_field, *v.as_real());
    case value_type::text:
      return wire::append_bytes(out, text_field, *v.as_text());
    case value_type::span:
      return wire::append_number(out, span_field, wire::zigzag(v.as_span()->count()));
    case value_type::time:
      return wire::append_number(out, moment_field, wire::zigzag(to_ms(*v.as_time())));
    case value_type::list:
      break;
  }
  if (depth >= deepest_list) return;
  wire::append_head(out, list_field, list_size(*v.as_list(), depth));
  for (const value& item : *v.as_list()) {
    wire::append_head(out, items_field, content_size(item, depth + 1));
    append_content(out, item, depth + 1);
  }
}

std::size_t field_size(std::string_view name, const value& content) {
  return wire::bytes_size(name.size()) + content_size(content, 0);
}

void append_field(std::string& out, std::uint32_t number, std::string_view name,
                  const value& content) {
  wire::append_head(out, number, field_size(name, content));
  wire::append_bytes(out, name_field, name);
  append_content(out, content, 0);
}

std::size_t time_size(timestamp t) {
  return 1 + wire::varint_size(wire::zigzag(to_ms(t)));
}

}  // namespace

void append_event(std::string& out, const event& e, const catalogue& catalogue) {
  wire::append_bytes(out, type_field, catalogue.name(e.type));
  if (!e.id.empty()) wire::append_bytes(out, id_field, e.id);
  if (!e.source.empty()) wire::append_bytes(out, source_field, e.source);
  wire::append_number(out, time_field, wire::zigzag(to_ms(e.time)));
  wire::append_number(out, arrival_field, wire::zigzag(to_ms(e.arrival)));
  if (e.client_id) wire::append_number(out, client_id_field, 1);
  for (const attribute& a : e.attributes) {
    const bool attached = catalogue.is_attached(e.type, a.name);
    append_field(out, attached ? attached_field : attributes_field, catalogue.name(a.name),
                 a.content);
  }
  for (const field& f : e.extra) append_field(out, attributes_field, f.name, f.content);
}

std::size_t encoded_size(const event& e, const catalogue& catalogue) {
  std::size_t size = wire::bytes_size(catalogue.name(e.type).size()) + time_size(e.time) +
                     time_size(e.arrival) + (e.client_id ? 2 : 0);
  if (!e.id.empty()) size += wire::bytes_size(e.id.size());
  if (!e.source.empty()) size += wire::bytes_size(e.source.size());
  for (const attribute& a : e.attributes) {
    size += wire::bytes_size(field_size(catalogue.name(a.name), a.content));
  }
  for (const field& f : e.extra) size += wire::bytes_size(field_size(f.name, f.content));
  return size;
}

std::string encode_event(const event& e, const catalogue& catalogue) {
  std::string out;
  out.reserve(encoded_size(e, catalogue));
  append_event(out, e, catalogue);
  return out;
}

}  // namespace beckon::codec
