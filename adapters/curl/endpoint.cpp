#include "adapters/curl/endpoint.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "adapters/curl/url.hpp"

namespace beckon::adapters {
namespace {

constexpr std::array<std::string_view, 9> our_headers = {
    "webhook-id",   "webhook-timestamp", "webhook-signature",
    "content-type", "traceparent",       "content-length",
    "host",         "transfer-encoding", "connection"};

bool is_token(std::string_view name) {  // RFC 9110, section 5.6.2
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_field_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F';
  });
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

void read_headers(const settings* node, endpoint& into, problems& out) {
  if (node == nullptr) return;
  if (node->what != settings::shape::map) {
    out.push_back(node->at("'headers' must be a map", "write 'name: text' lines under it"));
    return;
  }
  for (const settings::member& one : node->members) {
    const std::string name = lower(one.key);
    if (std::find(our_headers.begin(), our_headers.end(), name) != our_headers.end()) {
      out.push_back(one.content.at("the header '" + one.key + "' is set by Beckon"));
    } else if (!is_token(one.key)) {
      out.push_back(one.content.at("'" + one.key + "' is no name of a header"));
    } else if (one.content.what != settings::shape::scalar || !is_field_text(one.content.scalar)) {
      out.push_back(one.content.at("the header '" + one.key + "' must be a text of one line"));
    } else {
      into.headers.emplace_back(one.key, one.content.scalar);
    }
  }
}

void check_url(const settings& options, const std::string& url, problems& out) {
  const settings* node = options.find("url");
  if (node == nullptr) return;
  const result<std::string> origin = origin_of(url);
  if (!origin.ok()) {
    out.push_back(node->at("'url': " + origin.error().message, "write https://HOST/PATH"));
  }
}

}  // namespace

void read_endpoint(settings_reader& reader, const settings& node, endpoint& into, problems& out) {
  into.url = reader.text("url");
  into.allow_private = reader.boolean("allow_private", into.allow_private);
  into.http2 = reader.boolean("http2", into.http2);
  into.ca_file = reader.text("ca_file", "");
  into.connect_timeout = reader.span("connect_timeout", into.connect_timeout);
  read_headers(reader.node("headers"), into, out);
  check_url(node, into.url, out);
  check_span(node, "connect_timeout", into.connect_timeout, out);
  std::error_code failed;
  if (!into.ca_file.empty() && !std::filesystem::is_regular_file(into.ca_file, failed)) {
    out.push_back(node.find("ca_file")->at("there is no file '" + into.ca_file + "'"));
  }
}

void check_span(const settings& node, std::string_view key, duration span, problems& out) {
  constexpr duration longest = std::chrono::minutes{5};
  if (span > duration::zero() && span <= longest) return;
  const settings* place = node.find(key);
  out.push_back((place == nullptr ? node : *place)
                    .at("'" + std::string(key) + "' must be between 1 ms and 5 min"));
}

}  // namespace beckon::adapters
