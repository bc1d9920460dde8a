#include <algorithm>
#include <array>
#include <filesystem>

#include "adapters/curl/signature.hpp"
#include "adapters/curl/url.hpp"
#include "adapters/curl/webhook_sender.hpp"

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

void read_headers(const settings* node, webhook_options& into, problems& out) {
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
  if (!origin.ok()) out.push_back(node->at("'url': " + origin.error().message));
}

void read_key(const settings& options, const std::string& secret, webhook_options& into,
              problems& out) {
  const settings* named = options.find("secret_file");
  if (named == nullptr) named = options.find("secret_env");
  if (secret.empty()) {
    if (named != nullptr) out.push_back(named->at("the secret is empty"));
    return;
  }
  result<std::string> key = signing_key(secret);
  if (key.ok()) {
    into.key = *std::move(key);
  } else {
    out.push_back((named == nullptr ? options : *named).at(key.error().message));
  }
}

void check_times(const settings& options, const webhook_options& read, problems& out) {
  constexpr duration longest = std::chrono::minutes{5};
  for (const auto& [name, span] :
       {std::pair("connect_timeout", read.connect_timeout), std::pair("timeout", read.timeout)}) {
    if (span > duration::zero() && span <= longest) continue;
    const settings* node = options.find(name);
    out.push_back((node == nullptr ? options : *node)
                      .at("'" + std::string(name) + "' must be between 1 ms and 5 min"));
  }
}

}  // namespace

std::optional<webhook_options> read_webhook_options(const settings& options, problems& out,
                                                    const std::string& secret) {
  const std::size_t before = out.size();
  webhook_options read;
  settings_reader reader(options, "webhook channel", out);
  read.url = reader.text("url");
  read.allow_private = reader.boolean("allow_private", read.allow_private);
  read.http2 = reader.boolean("http2", read.http2);
  read.ca_file = reader.text("ca_file", "");
  read.connect_timeout = reader.span("connect_timeout", read.connect_timeout);
  read.timeout = reader.span("timeout", read.timeout);
  read.concurrent_per_host = static_cast<std::uint32_t>(
      reader.integer("concurrent_per_host", read.concurrent_per_host, 1, 4096));
  read_headers(reader.node("headers"), read, out);
  reader.node("secret_file");
  reader.node("secret_env");
  reader.finish();
  check_url(options, read.url, out);
  check_times(options, read, out);
  read_key(options, secret, read, out);
  std::error_code failed;
  if (!read.ca_file.empty() && !std::filesystem::is_regular_file(read.ca_file, failed)) {
    out.push_back(options.find("ca_file")->at("there is no file '" + read.ca_file + "'"));
  }
  if (out.size() != before) return std::nullopt;
  return read;
}

std::unique_ptr<port::sender> make_webhook_sender(const settings& options, problems& out,
                                                  const std::string& secret) {
  std::optional<webhook_options> read = read_webhook_options(options, out, secret);
  return read ? make_webhook_sender(*std::move(read)) : nullptr;
}

}  // namespace beckon::adapters
