#include "messages/codec/item_log.hpp"

#include "beckon/v1/items.pb.h"
#include "engine/access/subjects.hpp"
#include "messages/codec/field_codec.hpp"
#include "messages/codec/wire.hpp"

namespace beckon::codec {
namespace {

constexpr std::uint32_t version = 1;

template <class Message>
bool parse(Message& into, std::string_view bytes) {
  return into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

std::string encode_item_change(const event& row, const catalogue& catalogue) {
  const entity_declaration& of = *catalogue.row_of(row.type);
  v1::ItemChange out;
  out.set_kind(of.name);
  out.set_id(subject_id_in(find_field(row.extra, of.id_attribute)));
  to_proto(row.extra, out.mutable_fields());
  return out.SerializeAsString();
}

std::string encode_item_batch(const door_settings& door, const outgoing_envelope& envelope) {
  std::size_t size = 64 + door.name.size() + door.source.size();
  for (const outgoing_entry& e : envelope.entries) size += e.body.size() + 32;
  std::string out;
  out.reserve(size);
  wire::append_number(out, v1::ItemBatch::kVersionFieldNumber, version);
  wire::append_bytes(out, v1::ItemBatch::kDoorFieldNumber, door.name);
  wire::append_bytes(out, v1::ItemBatch::kSourceFieldNumber, door.source);
  wire::append_number(out, v1::ItemBatch::kAfterFieldNumber, envelope.after);
  wire::append_number(out, v1::ItemBatch::kLowWaterFieldNumber, envelope.low_water);
  for (const outgoing_entry& e : envelope.entries) {
    wire::append_head(out, v1::ItemBatch::kChangesFieldNumber,
                      1 + wire::varint_size(e.position) + e.body.size());
    wire::append_number(out, v1::ItemChange::kPositionFieldNumber, e.position);
    out += e.body;
  }
  return out;
}

result<item_batch> decode_item_batch(std::string_view bytes) {
  v1::ItemBatch in;
  if (!parse(in, bytes)) return error{errc::corrupt, "these bytes are no batch of item rows"};
  if (in.version() != version) {
    return error{errc::conflict, "item rows of version " + std::to_string(in.version()) +
                                     " are not known to this program"};
  }
  item_batch out{std::move(*in.mutable_door()),
                 std::move(*in.mutable_source()),
                 {},
                 in.after(),
                 in.low_water()};
  out.changes.reserve(static_cast<std::size_t>(in.changes_size()));
  for (v1::ItemChange& c : *in.mutable_changes()) {
    if (c.kind().empty() || c.id().empty())
      return error{errc::corrupt, "an item's row without kind or id"};
    out.changes.push_back({c.position(), std::move(*c.mutable_kind()), std::move(*c.mutable_id()),
                           from_proto(c.fields())});
  }
  return out;
}

std::string encode_item_row(const field_list& fields) {
  v1::ItemRow out;
  to_proto(fields, out.mutable_fields());
  return out.SerializeAsString();
}

result<field_list> decode_item_row(std::string_view bytes) {
  v1::ItemRow in;
  if (!parse(in, bytes)) return error{errc::corrupt, "these bytes are no item's row"};
  return from_proto(in.fields());
}

}  // namespace beckon::codec
