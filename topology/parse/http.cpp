#include <algorithm>
#include <charconv>
#include <set>

#include "topology/parse/deployment_parts.hpp"
#include "topology/parse/scalars.hpp"

namespace beckon::topology {
namespace {

struct endpoint {
  std::string host;
  bool valid = false;
};

/// "host:port", "[::1]:port".
endpoint split_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view port = text.substr(colon + 1);
  unsigned n = 0;
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), n);
  const bool number = failed == std::errc{} && end == port.data() + port.size() && n <= 65535;
  return {std::string(text.substr(0, colon)), number};
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

http_key parse_key(const settings& node, const secret_source& outside, problems& out) {
  http_key key;
  settings_reader reader(node, "http key", out);
  key.id = read_name({node, reader, out}, "id");
  key.secret = read_secret(reader, node, "secret", outside, out);
  key.source = reader.text("source", "");
  reader.finish();
  const bool named = node.find("secret_file") != nullptr || node.find("secret_env") != nullptr ||
                     node.find("secret") != nullptr;
  if (node.what == settings::shape::map && !named) {
    out.push_back(node.at("http key '" + key.id + "' has no secret",
                          "add 'secret_file: PATH' or 'secret_env: NAME'"));
  }
  return key;
}

std::vector<http_key> parse_keys(const settings* node, const secret_source& outside,
                                 problems& out) {
  std::vector<http_key> keys;
  if (node == nullptr) return keys;
  if (node->what != settings::shape::list) {
    out.push_back(node->at("'keys' must be a list", "begin each key with '- id: NAME'"));
    return keys;
  }
  std::set<std::string> seen;
  for (const settings& item : node->items) {
    keys.push_back(parse_key(item, outside, out));
    if (!keys.back().id.empty() && !seen.insert(keys.back().id).second) {
      out.push_back(
          item.at("http key '" + keys.back().id + "' is declared twice", "give it another id"));
    }
  }
  return keys;
}

void check_listen(const settings& node, const http_settings& h, problems& out) {
  const settings* written = node.find("listen");
  if (written == nullptr) return;
  const endpoint e = split_listen(h.listen);
  if (!e.valid) {
    out.push_back(
        written->at("'listen' must be host:port, not '" + h.listen + "'",
                    "write 127.0.0.1:8080, or 127.0.0.1:0 for a port the kernel chooses"));
  } else if (!is_loopback(e.host) && h.keys.empty() && !h.open) {
    out.push_back(
        written->at("'listen' is reachable from other machines and no key is declared",
                    "add 'keys', or 'open: true' when something in front checks callers"));
  }
}

}  // namespace

http_settings parse_http(const settings* node, const secret_source& outside, problems& out) {
  http_settings h;
  if (node == nullptr) return h;
  settings_reader reader(*node, "http", out);
  const section s{*node, reader, out};
  h.listen = reader.text("listen", h.listen);
  h.open = reader.boolean("open", h.open);
  h.keys = parse_keys(reader.node("keys"), outside, out);
  h.cors_origins = reader.texts("cors_origins");
  h.max_body = read_size(s, "max_body", h.max_body, 1024, std::uint64_t{64} << 20);
  h.request_timeout =
      read_span(s, "request_timeout", h.request_timeout, duration{100}, duration{300'000});
  h.max_connections = read_count(s, "max_connections", h.max_connections, 1, 1'000'000);
  reader.finish();
  check_listen(*node, h, out);
  return h;
}

}  // namespace beckon::topology
