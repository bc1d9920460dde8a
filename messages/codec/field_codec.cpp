#include "messages/codec/field_codec.hpp"

#include <utility>

namespace beckon::codec {
namespace {

void put(const value& in, v1::Field& out, int depth);

void put_list(const value_list& in, v1::Field& out, int depth) {
  if (depth >= deepest_list) return out.clear_content();
  v1::FieldList& list = *out.mutable_list();
  list.mutable_items()->Reserve(static_cast<int>(in.size()));
  for (const value& item : in) put(item, *list.add_items(), depth + 1);
}

void put(const value& in, v1::Field& out, int depth) {
  switch (in.type()) {
    case value_type::null:
      return out.clear_content();
    case value_type::boolean:
      return out.set_boolean(*in.as_boolean());
    case value_type::integer:
      return out.set_integer(*in.as_integer());
    case value_type::real:
      return out.set_real(*in.as_real());
    case value_type::text:
      return out.set_text(*in.as_text());
    case value_type::span:
      return out.set_span_ms(in.as_span()->count());
    case value_type::time:
      return out.set_time_ms(to_ms(*in.as_time()));
    case value_type::list:
      return put_list(*in.as_list(), out, depth);
  }
}

value get(const v1::Field& in, int depth) {
  switch (in.content_case()) {
    case v1::Field::kBoolean:
      return in.boolean();
    case v1::Field::kInteger:
      return std::int64_t{in.integer()};
    case v1::Field::kReal:
      return in.real();
    case v1::Field::kText:
      return in.text();
    case v1::Field::kSpanMs:
      return duration{in.span_ms()};
    case v1::Field::kTimeMs:
      return from_ms(in.time_ms());
    case v1::Field::kList: {
      if (depth >= deepest_list) return {};
      value_list items;
      items.reserve(static_cast<std::size_t>(in.list().items_size()));
      for (const v1::Field& item : in.list().items()) items.push_back(get(item, depth + 1));
      return value(std::move(items));
    }
    case v1::Field::CONTENT_NOT_SET:
      break;
  }
  return {};
}

}  // namespace

void to_proto(const value& in, v1::Field& out) {
  put(in, out, 0);
}

void to_proto(const field_list& in, google::protobuf::RepeatedPtrField<v1::Field>* out) {
  out->Reserve(out->size() + static_cast<int>(in.size()));
  for (const field& one : in) {
    v1::Field& added = *out->Add();
    added.set_name(one.name);
    put(one.content, added, 0);
  }
}

value value_from_proto(const v1::Field& in) {
  return get(in, 0);
}

field_list from_proto(const google::protobuf::RepeatedPtrField<v1::Field>& in) {
  field_list out;
  out.reserve(static_cast<std::size_t>(in.size()));
  for (const v1::Field& one : in) out.push_back({one.name(), get(one, 0)});
  return out;
}

}  // namespace beckon::codec
