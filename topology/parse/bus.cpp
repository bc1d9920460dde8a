#include "topology/parse/deployment_parts.hpp"

namespace beckon::topology {
namespace {

bool has_scheme(std::string_view url) {
  return url.starts_with("nats://") || url.starts_with("tls://") || url.starts_with("ws://") ||
         url.starts_with("wss://");
}

/// "nats://user:password@host": a secret in the configuration.
bool holds_credentials(std::string_view url) {
  return url.find('@') != std::string_view::npos;
}

void check_url(const settings& node, const std::string& url, problems& out) {
  if (url.empty()) return;  // reported as missing
  if (!has_scheme(url)) {
    out.push_back(node.find("url")->at("'url' must be a NATS address, not '" + url + "'",
                                       "write nats://host:4222"));
  } else if (holds_credentials(url)) {
    out.push_back(masked(node.find("url")->at("'url' must not hold credentials",
                                              "use 'token_file', or 'user' with 'password_file'")));
  }
}

int replicas_of(const std::string& text) {
  return text == "5" ? 5 : text == "3" ? 3 : 1;
}

void check_one_way(const settings& node, const external_broker& b, problems& out) {
  const int ways =
      (b.token.empty() ? 0 : 1) + (b.user.empty() ? 0 : 1) + (b.creds_file.empty() ? 0 : 1);
  if (ways > 1) {
    out.push_back(node.at("token, user and creds exclude each other", "keep one way to sign in"));
  }
  if (b.user.empty() && !b.password.empty()) {
    out.push_back(node.at("a password without 'user'", "add 'user: NAME'"));
  }
}

}  // namespace

broker parse_bus(const settings* node, const secret_source& outside, problems& out) {
  if (node == nullptr) return embedded_broker{};
  if (node->what == settings::shape::scalar) {
    if (node->scalar != "embedded") {
      out.push_back(
          node->at("'bus' must be 'embedded' or a map with 'url', not '" + node->scalar + "'",
                   "write 'bus: embedded', or 'bus: {url: nats://host:4222}'"));
    }
    return embedded_broker{};
  }
  external_broker b;
  settings_reader reader(*node, "bus", out);
  b.url = reader.text("url");
  check_url(*node, b.url, out);
  b.token = read_secret(reader, *node, "token", outside, out);
  b.user = reader.text("user", "");
  b.password = read_secret(reader, *node, "password", outside, out);
  b.creds_file = reader.text("creds", "");
  b.ca_file = reader.text("ca", "");
  b.replicas = replicas_of(reader.choice("replicas", {"1", "3", "5"}, "1"));
  reader.finish();
  check_one_way(*node, b, out);
  return b;
}

}  // namespace beckon::topology
