#include "adapters/http/listener/message.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "messages/codec/json.hpp"

namespace beckon::adapters {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// application/x-www-form-urlencoded.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

void add_header(std::string& out, std::string_view name, std::string_view content) {
  out.append(name).append(": ").append(content).append("\r\n");
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(other);
  }
  return difference == 0;
}

std::string_view http_request::header(std::string_view name) const noexcept {
  for (const auto& [key, content] : headers) {
    if (equal_ignoring_case(key, name)) return content;
  }
  return {};
}

std::optional<std::string> http_request::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (decode(pair.substr(0, equals)) != name) continue;
    return decode(pair.substr(std::min(equals + 1, pair.size())));
  }
  return std::nullopt;
}

http_response error_response(int status, std::string_view message, std::string_view pointer) {
  http_response out{status};
  out.body = "{\"error\":{\"message\":";
  codec::append_json_text(out.body, message);
  if (!pointer.empty()) {
    out.body += ",\"pointer\":";
    codec::append_json_text(out.body, pointer);
  }
  out.body += "}}\n";
  return out;
}

http_response busy_response(int retry_after, std::string_view message) {
  http_response out = error_response(503, message);
  out.headers.emplace_back("Retry-After", std::to_string(retry_after));
  return out;
}

std::string_view http_date_now() {
  // Formatted once a second and thread.
  thread_local std::time_t formatted = 0;
  thread_local std::array<char, 40> text{};
  const std::time_t now = std::time(nullptr);
  if (now != formatted) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    formatted = now;
  }
  return text.data();
}

std::string to_bytes(const http_response& response, bool keep_alive, bool with_body,
                     std::string_view date) {
  std::string out;
  out.reserve(192 + response.body.size());
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_of(response.status)).append("\r\n");
  add_header(out, "Date", date);
  if (!keep_alive) add_header(out, "Connection", "close");
  for (const auto& [name, content] : response.headers) add_header(out, name, content);
  if (response.status != 204) {
    add_header(out, "Content-Type", response.content_type);
    add_header(out, "Content-Length", std::to_string(response.body.size()));
  }
  out += "\r\n";
  if (with_body && response.status != 204) out += response.body;
  return out;
}

}  // namespace beckon::adapters
