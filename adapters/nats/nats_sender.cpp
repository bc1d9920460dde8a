#include "adapters/nats/nats_sender.hpp"

#include <utility>

namespace beckon::adapters {
namespace {

std::string encode_header(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20 && u != 0x7f && c != '%') {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back(digits[u >> 4]);
    out.push_back(digits[u & 15]);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> headers_for(const port::delivery& what) {
  const auto id = to_hex(what.id);
  std::vector<std::pair<std::string, std::string>> out{
      {"Nats-Msg-Id", id},
      {"traceparent", "00-" + to_hex(what.occurrence) + "-" + id.substr(16) + "-01"},
      {"Beckon-Rule", encode_header(what.rule)},
      {"Beckon-Action", encode_header(what.action)},
      {"Beckon-Subject", encode_header(what.who.kind + ":" + what.who.id)}};
  if (!what.address.empty()) out.emplace_back("Beckon-Address", encode_header(what.address));
  if (!what.content_type.empty()) {
    out.emplace_back("Content-Type", encode_header(what.content_type));
  }
  return out;
}

}  // namespace

port::receipt to_receipt(const result<port::publish_ack>& answer) {
  using port::delivery_outcome;
  if (answer) {
    if (answer->stream.empty()) return {delivery_outcome::delivered, "taken by the broker", {}};
    auto detail = answer->stream + " " + std::to_string(answer->sequence);
    if (answer->duplicate) detail += " (duplicate)";
    return {delivery_outcome::delivered, std::move(detail), {}};
  }
  auto outcome = delivery_outcome::unknown;
  switch (answer.error().code) {
    case errc::unavailable:
    case errc::exhausted:
      outcome = delivery_outcome::busy;
      break;
    case errc::invalid:
    case errc::conflict:
    case errc::not_found:
      outcome = delivery_outcome::refused;
      break;
    case errc::timeout:
    case errc::corrupt:
    case errc::internal:
      break;
  }
  return {outcome, answer.error().to_string(), {}};
}

nats_sender::nats_sender(nats_bus& bus, nats_sender_options options)
    : bus_(bus), options_(std::move(options)) {}

void nats_sender::send(port::delivery what, receipt_handler done) {
  auto headers = headers_for(what);
  if (std::cmp_greater(what.body.size(), bus_.max_payload())) {
    return done({port::delivery_outcome::refused, "larger than the broker takes", {}});
  }
  bus_.publishing().send(
      {.subject = options_.subject,
       .data = std::move(what.body),
       .headers = std::move(headers),
       .stored = options_.stream,
       .done = [tell = std::move(done)](const result<port::publish_ack>& answer) {
         tell(to_receipt(answer));
       }});
}

}  // namespace beckon::adapters
