#include "adapters/nats/publish_reply.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "adapters/nats/api_json.hpp"

namespace beckon::adapters {
namespace {

bool skip(std::string_view& text, std::string_view what) noexcept {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

void skip_blanks(std::string_view& text) noexcept {
  while (skip(text, " ")) continue;
}

/// `{"stream":"S", "seq":12}` with or without `, "duplicate": true`, as the broker itself writes
/// it.
std::optional<port::publish_ack> read_plain(std::string_view text) {
  if (!skip(text, R"({"stream":")")) return std::nullopt;
  const auto quote = text.find_first_of("\"\\");
  if (quote == std::string_view::npos || text[quote] == '\\') return std::nullopt;
  port::publish_ack ack;
  ack.stream.assign(text.substr(0, quote));
  text.remove_prefix(quote);
  if (!skip(text, "\",")) return std::nullopt;
  skip_blanks(text);
  if (!skip(text, R"("seq":)")) return std::nullopt;
  skip_blanks(text);
  const auto end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, ack.sequence);
  if (problem != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (skip(text, ",")) {
    skip_blanks(text);
    if (!skip(text, R"("duplicate":)")) return std::nullopt;
    skip_blanks(text);
    if (!skip(text, "true")) return std::nullopt;
    ack.duplicate = true;
  }
  if (text != "}") return std::nullopt;
  return ack;
}

}  // namespace

result<port::publish_ack> parse_publish_reply(std::string_view body, std::string_view where) {
  if (auto plain = read_plain(body)) return std::move(*plain);
  return parse_publish_answer(body, where);
}

}  // namespace beckon::adapters
