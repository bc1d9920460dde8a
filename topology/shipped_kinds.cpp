#include "topology/shipped_kinds.hpp"

#include <filesystem>

#include "adapters/curl/http_predicate.hpp"
#include "adapters/curl/webhook_sender.hpp"
#include "adapters/files/file_sender.hpp"
#include "adapters/nats/names.hpp"

namespace beckon::topology {
namespace {

bool is_below(const std::string& path, const std::string& directory) {
  const auto inside = std::filesystem::path(path).lexically_relative(directory);
  return !inside.empty() && *inside.begin() != "..";
}

// Making a sender of these kinds touches nothing: it is how their options are checked.
void check_file(const channel_options& given, problems& out) {
  const settings* path = given.options.find("path");
  if (path == nullptr || !is_below(path->scalar, given.data)) {
    adapters::make_file_sender(given.options, out);
    return;
  }
  settings_reader reader(given.options, "file channel", out);
  reader.text("path");
  reader.finish();
}

void check_console(const channel_options& given, problems& out) {
  adapters::make_console_sender(given.options, out);
}

void check_webhook(const channel_options& given, problems& out) {
  adapters::read_webhook_options(given.options, out, given.secret);
}

void check_nats(const channel_options& given, problems& out) {
  read_nats_channel(given.options, out);
}

void check_http_predicate(const settings& options, const std::string& token, problems& out) {
  adapters::read_http_predicate_options(options, out, token);
}

}  // namespace

const outside_kinds& shipped_kinds() {
  static const outside_kinds kinds = {{{"file", &check_file},
                                       {"console", &check_console},
                                       {"webhook", &check_webhook},
                                       {"nats", &check_nats}},
                                      {{"http_predicate", &check_http_predicate}}};
  return kinds;
}

std::optional<nats_channel> read_nats_channel(const settings& options, problems& out) {
  const std::size_t before = out.size();
  nats_channel channel;
  settings_reader reader(options, "nats channel", out);
  channel.subject = reader.text("subject");
  channel.stream = reader.boolean("stream", false);
  reader.finish();
  if (out.size() == before && !adapters::is_subject(channel.subject)) {
    out.push_back(
        options.find("subject")->at("'" + channel.subject + "' is no subject to publish on",
                                    "tokens separated by dots, without '*' and '>'"));
  }
  if (out.size() != before) return std::nullopt;
  return channel;
}

}  // namespace beckon::topology
