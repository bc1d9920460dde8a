#include "adapters/http/ingest/access.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace beckon::adapters {
namespace {

constexpr std::size_t longest_source = 64;

/// RFC 4648 base64; nullopt where it is none. Padding may be missing.
std::optional<std::string> decode_base64(std::string_view text) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<unsigned>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>((bits >> held) & 0xFFU);
    }
  }
  return out;
}

/// The secret a request brings; "" when it brings none.
std::string secret_of(const http_request& request) {
  const std::string_view authorization = request.header("Authorization");
  const std::string_view scheme = authorization.substr(0, authorization.find(' '));
  const std::string_view rest =
      authorization.substr(std::min(scheme.size() + 1, authorization.size()));
  if (equal_ignoring_case(scheme, "Bearer")) return std::string(rest);
  if (equal_ignoring_case(scheme, "Basic")) {
    const std::string pair = decode_base64(rest).value_or("");
    return pair.substr(0, pair.find(':'));
  }
  return request.parameter("key").value_or("");
}

ingest_access::decision refuse(http_response response) {
  return {"", std::move(response), false};
}

}  // namespace

bool is_source_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_source &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

ingest_access::ingest_access(const http_options& options)
    : keys_(options.keys),
      origins_(options.cors_origins),
      default_source_(options.default_source) {}

const http_write_key* ingest_access::find_key(std::string_view secret) const noexcept {
  const http_write_key* found = nullptr;
  for (const http_write_key& key : keys_) {
    if (equal_in_constant_time(key.secret, secret) && !key.secret.empty()) found = &key;
  }
  return found;
}

ingest_access::decision ingest_access::decide(const http_request& request,
                                              std::string_view named) const {
  if (keys_.empty()) return choose(request, named, nullptr);
  const http_write_key* key = find_key(secret_of(request));
  if (key != nullptr) return choose(request, named, key);
  http_response refusal = error_response(401, "a valid write key is needed");
  refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refuse(std::move(refusal));
}

ingest_access::decision ingest_access::choose(const http_request& request, std::string_view named,
                                              const http_write_key* key) const {
  std::string source(named);
  if (source.empty()) source = request.parameter("source").value_or("");
  if (source.empty() && key != nullptr) source = key->source;
  if (source.empty()) source = default_source_;
  if (!is_source_name(source)) {
    return refuse(error_response(400, "a source's name has 1 to 64 of a-z, 0-9, '_' and '-'"));
  }
  if (key != nullptr && !key->source.empty() && key->source != source) {
    return refuse(error_response(403, "this key may not write to the source '" + source + "'"));
  }
  return {std::move(source), {}, true};
}

std::string ingest_access::allowed_origin(const http_request& request) const {
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return "";
  const bool allowed =
      std::any_of(origins_.begin(), origins_.end(),
                  [origin](const std::string& known) { return known == "*" || known == origin; });
  return allowed ? std::string(origin) : "";
}

}  // namespace beckon::adapters
