#include "topology/commands/rejects.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "topology/bus_names.hpp"

namespace beckon::topology {
namespace {

std::string last_token(const std::string& subject) {
  const auto dot = subject.rfind('.');
  return dot == std::string::npos ? subject : subject.substr(dot + 1);
}

/// The text with U+FFFD for what is no UTF-8: sources publish what they refused as it came.
std::string as_utf8(const std::string& text) {
  const auto quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return nlohmann::json::parse(quoted).get<std::string>();
}

/// At most so many bytes, not ending within a character of UTF-8.
std::string first_bytes(const std::string& text) {
  std::size_t end = std::min(text.size(), most_reject_bytes);
  const auto continues = [&](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  for (int back = 0; back < 3 && end > 0 && continues(end); ++back) --end;
  return text.substr(0, end);
}

std::string text_at(const nlohmann::json& in, const char* key) {
  const auto at = in.find(key);
  return at != in.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

reject parse_reject(const port::stored_message& m) {
  reject out;
  out.number = m.sequence;
  out.time = from_ms(m.broker_time_ns / 1'000'000);
  out.source = last_token(m.subject);
  const std::string text = as_utf8(m.data);
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const bool ours = json.is_object() && json.contains("sequence") && json.contains("data");
  const std::string data = ours ? text_at(json, "data") : text;
  out.data = first_bytes(data);
  out.cut = out.data.size() < data.size();
  if (!ours) {
    out.reason = "not published by a source of this program";
    return out;
  }
  if (json["sequence"].is_number_unsigned()) out.sequence = json["sequence"].get<std::uint64_t>();
  out.whole = data;
  out.exact = text == m.data;
  out.subject = text_at(json, "subject");
  out.type = text_at(json, "type");
  out.reason = text_at(json, "message");
  out.pointer = text_at(json, "pointer");
  return out;
}

result<reject_list> read_rejects(port::bus& from, std::uint64_t most) {
  reject_list out;
  const auto stream = from.info(std::string(rejected_stream));
  if (!stream && stream.error().code == errc::not_found) return out;
  if (!stream) return stream.error();
  const std::uint64_t shown = std::min(most, stream->messages);
  out.older = stream->messages - shown;
  // Without holes the newest are the last sequences; where some were removed by hand there are
  // fewer.
  const std::uint64_t first = std::max(stream->first, stream->last + 1 - shown);
  for (std::uint64_t sequence = first; shown > 0 && sequence <= stream->last; ++sequence) {
    const auto m = from.get(std::string(rejected_stream), sequence);
    if (!m) return m.error();
    if (*m) out.newest.push_back(parse_reject(**m));
  }
  return out;
}

}  // namespace beckon::topology
