#include "adapters/curl/signature.hpp"
#include "adapters/curl/webhook_sender.hpp"

namespace beckon::adapters {
namespace {

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

}  // namespace

std::optional<webhook_options> read_webhook_options(const settings& options, problems& out,
                                                    const std::string& secret) {
  const std::size_t before = out.size();
  webhook_options read;
  settings_reader reader(options, "webhook channel", out);
  read_endpoint(reader, options, read, out);
  read.timeout = reader.span("timeout", read.timeout);
  read.concurrent_per_host = static_cast<std::uint32_t>(
      reader.integer("concurrent_per_host", read.concurrent_per_host, 1, 4096));
  reader.node("secret_file");
  reader.node("secret_env");
  reader.finish();
  check_span(options, "timeout", read.timeout, out);
  read_key(options, secret, read, out);
  if (out.size() != before) return std::nullopt;
  return read;
}

std::unique_ptr<port::sender> make_webhook_sender(const settings& options, problems& out,
                                                  const std::string& secret) {
  std::optional<webhook_options> read = read_webhook_options(options, out, secret);
  return read ? make_webhook_sender(*std::move(read)) : nullptr;
}

}  // namespace beckon::adapters
