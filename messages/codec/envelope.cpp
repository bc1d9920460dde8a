#include "messages/codec/envelope.hpp"

#include "messages/codec/event_codec.hpp"
#include "messages/codec/wire.hpp"

namespace beckon::codec {
namespace {

using wire::key;
using wire::kind;

error corrupt(const char* what) {
  return error{errc::corrupt, std::string("these bytes are no ") + what};
}

std::size_t subject_size(const concerned_subject& s) {
  std::size_t size = wire::bytes_size(s.who.kind.size()) + wire::bytes_size(s.who.id.size());
  for (const std::string& role : s.roles) size += wire::bytes_size(role.size());
  return size;
}

void append_subjects(std::string& out, std::span<const concerned_subject> subjects) {
  for (const concerned_subject& s : subjects) {
    wire::append_head(out, 2, subject_size(s));
    wire::append_bytes(out, 1, s.who.kind);
    wire::append_bytes(out, 2, s.who.id);
    for (const std::string& role : s.roles) wire::append_bytes(out, 3, role);
  }
}

std::uint64_t wire_time(timestamp t) {
  return wire::zigzag(to_ms(t));
}
timestamp time_from(std::uint64_t n) {
  return from_ms(wire::unzigzag(n));
}

/// `before` may be null: the envelope says it.
std::size_t entry_size(std::uint64_t position, std::size_t body, const timestamp* before) {
  return 1 + wire::varint_size(position) + body +
         (before != nullptr ? 1 + wire::varint_size(wire_time(*before)) : 0);
}

void append_entry(std::string& out, std::uint64_t position, std::string_view body,
                  const timestamp* before) {
  wire::append_number(out, 1, position);
  out += body;
  if (before != nullptr) wire::append_number(out, 4, wire_time(*before));
}

}  // namespace

std::string encode_entry_body(std::span<const concerned_subject> subjects, std::string_view event) {
  std::string out;
  out.reserve(event.size() + 64 * subjects.size() + 8);
  append_subjects(out, subjects);
  wire::append_bytes(out, 3, event);
  return out;
}

std::string encode_entry_body(std::span<const concerned_subject> subjects, const event& e,
                              const catalogue& catalogue) {
  const std::size_t size = encoded_size(e, catalogue);
  std::string out;
  out.reserve(size + 64 * subjects.size() + 8);
  append_subjects(out, subjects);
  wire::append_head(out, 3, size);
  append_event(out, e, catalogue);
  return out;
}

std::string encode_entry(std::uint64_t position, std::string_view body,
                         std::optional<timestamp> before) {
  const timestamp* own = before ? &*before : nullptr;
  std::string out;
  out.reserve(entry_size(position, body.size(), own));
  append_entry(out, position, body, own);
  return out;
}

std::string encode_envelope(const door_settings& door, const outgoing_envelope& envelope) {
  std::size_t size = 128 + door.name.size() + door.source.size();
  for (const outgoing_entry& e : envelope.entries) size += e.body.size() + 32;
  std::string out;
  out.reserve(size);
  wire::append_bytes(out, 1, door.name);
  wire::append_bytes(out, 2, door.source);
  wire::append_number(out, 3, envelope.queue);
  wire::append_number(out, 4, static_cast<std::uint64_t>(envelope.kind));
  wire::append_number(out, 5, envelope.after);
  wire::append_number(out, 6, wire_time(envelope.clock));
  wire::append_number(out, 7, wire_time(envelope.before));
  wire::append_number(out, 8, envelope.low_water);
  for (const outgoing_entry& e : envelope.entries) {
    const timestamp* before = e.before == envelope.before ? nullptr : &e.before;
    wire::append_head(out, 9, entry_size(e.position, e.body.size(), before));
    append_entry(out, e.position, e.body, before);
  }
  for (const std::string& ended : envelope.ends) wire::append_bytes(out, 10, ended);
  return out;
}

result<envelope_view> decode_envelope(std::string_view bytes) {
  envelope_view out;
  wire::reader in(bytes);
  for (wire::field f; in.next(f);) {
    switch (f.key) {
      case key(1, kind::bytes):
        out.door = f.bytes;
        break;
      case key(2, kind::bytes):
        out.source = f.bytes;
        break;
      case key(3, kind::varint):
        out.partition = static_cast<std::uint32_t>(f.number);
        break;
      case key(4, kind::varint):
        if (f.number > static_cast<std::uint64_t>(envelope_kind::end)) return corrupt("envelope");
        out.kind = static_cast<envelope_kind>(f.number);
        break;
      case key(5, kind::varint):
        out.after = f.number;
        break;
      case key(6, kind::varint):
        out.clock = time_from(f.number);
        break;
      case key(7, kind::varint):
        out.before = time_from(f.number);
        break;
      case key(8, kind::varint):
        out.low_water = f.number;
        break;
      case key(9, kind::bytes):
        out.entries.push_back(f.bytes);
        break;
      case key(10, kind::bytes):
        out.ends.push_back(f.bytes);
        break;
      default:
        break;  // a later version's
    }
  }
  if (in.failed() || out.door.empty() || out.source.empty()) return corrupt("envelope");
  return out;
}

result<entry_view> decode_entry(std::string_view bytes) {
  entry_view out;
  wire::reader in(bytes);
  for (wire::field f; in.next(f);) {
    switch (f.key) {
      case key(1, kind::varint):
        out.position = f.number;
        break;
      case key(2, kind::bytes):
        out.subjects.push_back(f.bytes);
        break;
      case key(3, kind::bytes):
        out.event = f.bytes;
        break;
      case key(4, kind::varint):
        out.before = time_from(f.number);
        break;
      case key(5, kind::varint):
        out.redriven = static_cast<std::uint32_t>(f.number);
        break;
      default:
        break;  // a later version's
    }
  }
  if (in.failed() || out.position == 0 || out.event.empty()) return corrupt("entry");
  return out;
}

/// Of a field that stands there twice the last counts.
std::string encode_redriven(std::string_view entry, std::uint32_t times) {
  std::string out(entry);
  wire::append_number(out, 5, times);
  return out;
}

result<std::uint64_t> position_in(std::string_view entry) {
  wire::reader in(entry);
  for (wire::field f; in.next(f);) {
    if (f.key == key(1, kind::varint)) return f.number;
  }
  return corrupt("entry");
}

result<subject_view> decode_subject_name(std::string_view subject) {
  subject_view out;
  wire::reader in(subject);
  for (wire::field f; in.next(f);) {
    if (f.key == key(1, kind::bytes)) out.kind = f.bytes;
    if (f.key == key(2, kind::bytes)) out.id = f.bytes;
  }
  if (in.failed() || out.kind.empty() || out.id.empty()) return corrupt("subject");
  return out;
}

result<concerned_subject> decode_subject(std::string_view subject) {
  const auto name = decode_subject_name(subject);
  if (!name) return name.error();
  concerned_subject out{{std::string(name->kind), std::string(name->id)}, {}};
  wire::reader in(subject);
  for (wire::field f; in.next(f);) {
    if (f.key == key(3, kind::bytes)) out.roles.emplace_back(f.bytes);
  }
  return out;
}

std::string encode_tick(const door_settings& door, const tick_content& tick) {
  std::string out;
  wire::append_bytes(out, 1, door.name);
  wire::append_bytes(out, 2, door.source);
  wire::append_number(out, 3, wire_time(tick.clock));
  std::size_t packed = 0;
  for (const std::uint64_t sequence : tick.acked) packed += wire::varint_size(sequence);
  wire::append_head(out, 4, packed);
  for (const std::uint64_t sequence : tick.acked) wire::append_varint(out, sequence);
  return out;
}

result<tick_view> decode_tick(std::string_view bytes) {
  tick_view out;
  wire::reader in(bytes);
  for (wire::field f; in.next(f);) {
    switch (f.key) {
      case key(1, kind::bytes):
        out.door = f.bytes;
        break;
      case key(2, kind::bytes):
        out.source = f.bytes;
        break;
      case key(3, kind::varint):
        out.content.clock = time_from(f.number);
        break;
      case key(4, kind::varint):
        out.content.acked.push_back(f.number);
        break;
      case key(4, kind::bytes):
        if (!wire::read_packed(f.bytes, out.content.acked)) return corrupt("tick");
        break;
      default:
        break;  // a later version's
    }
  }
  if (in.failed() || out.door.empty() || out.source.empty()) return corrupt("tick");
  return out;
}

}  // namespace beckon::codec
