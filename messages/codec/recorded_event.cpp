#include "messages/codec/recorded_event.hpp"

#include "messages/codec/event_codec.hpp"

namespace beckon::codec {
namespace {

error wrong(std::string pointer, std::string message) {
  return error{errc::invalid, std::move(message), std::move(pointer)};
}

/// A text member, or an integer in decimal where `integers`.
result<void> take_text(value& from, std::string& to, const char* pointer, bool integers) {
  if (const std::string* text = from.as_text()) {
    to = *text;
  } else if (integers && from.as_integer() != nullptr) {
    to = std::to_string(*from.as_integer());
  } else if (!from.is_null()) {
    return wrong(pointer, "must be a string, not " + std::string(to_string(from.type())));
  }
  return {};
}

}  // namespace

result<raw_event> from_recorded(field_list members) {
  raw_event out;
  out.attributes.reserve(members.size());
  for (field& member : members) {
    result<void> taken;
    if (member.name == "type") {
      taken = take_text(member.content, out.type, "/type", false);
    } else if (member.name == "id") {
      taken = take_text(member.content, out.id, "/id", true);
    } else if (member.name == "source") {
      taken = take_text(member.content, out.source, "/source", false);
    } else if (member.name == "time") {
      if (!member.content.is_null()) out.time = std::move(member.content);
    } else {
      out.attributes.push_back(std::move(member));
    }
    if (!taken) return taken.error();
  }
  if (out.type.empty()) return wrong("/type", "an event needs a type");
  return out;
}

result<raw_event> recorded_reader::read(std::string_view line) {
  auto members = json_.read_object(line);
  if (!members) return members.error();
  auto out = from_recorded(*std::move(members));
  if (!out) return out;
  if (out->time) {
    last_time_ = out->time;
  } else if (out->type.front() == '$') {
    out->time = last_time_;
  }
  return out;
}

result<raw_event> read_published(std::string_view data, json_reader& json) {
  const std::size_t first = data.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || data[first] != '{') return decode_client_event(data);
  auto members = json.read_object(data);
  if (!members) return members.error();
  return from_recorded(*std::move(members));
}

}  // namespace beckon::codec
