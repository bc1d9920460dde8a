#include "adapters/nats/ack_subject.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace beckon::adapters {
namespace {

constexpr std::size_t most_tokens = 12;
constexpr std::size_t plain_tokens = 9;  // $JS ACK stream consumer + 5 numbers
constexpr std::size_t domain_tokens =
    11;  // $JS ACK domain account stream consumer + 5 numbers [+ random]

struct tokens {
  std::array<std::string_view, most_tokens> at;
  std::size_t count = 0;
};

bool split(std::string_view text, tokens& out) noexcept {
  while (out.count < most_tokens) {
    const auto dot = text.find('.');
    out.at[out.count++] = text.substr(0, dot);
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
  return false;
}

template <class number>
bool read(std::string_view text, number& out) noexcept {
  const auto end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, out);
  return problem == std::errc{} && stop == end;
}

}  // namespace

std::optional<delivered_position> parse_ack_subject(std::string_view reply,
                                                    std::string_view consumer) noexcept {
  constexpr std::string_view prefix = "$JS.ACK.";
  if (!reply.starts_with(prefix)) return std::nullopt;
  tokens parts;
  if (!split(reply, parts)) return std::nullopt;
  if (parts.count != plain_tokens && parts.count < domain_tokens) return std::nullopt;
  const std::size_t named = parts.count == plain_tokens ? 3 : 5;
  if (parts.at[named] != consumer) return std::nullopt;
  delivered_position out;
  const bool all = read(parts.at[named + 2], out.stream_sequence) &&
                   read(parts.at[named + 3], out.consumer_sequence) &&
                   read(parts.at[named + 4], out.broker_time_ns) &&
                   read(parts.at[named + 5], out.pending);
  if (!all) return std::nullopt;
  return out;
}

}  // namespace beckon::adapters
