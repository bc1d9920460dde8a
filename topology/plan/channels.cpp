#include "topology/plan/channels.hpp"

#include <filesystem>

namespace beckon::topology {

void place_paths(channel_entry& channel, const std::string& directory) {
  for (settings::member& m : channel.options.members) {
    if (m.key != "path" && m.key != "ca_file") continue;
    if (m.content.what != settings::shape::scalar || m.content.scalar.empty()) continue;
    m.content.scalar =
        (std::filesystem::path(directory) / m.content.scalar).lexically_normal().string();
  }
}

std::string fetch_secret(channel_entry& channel, const secret_source& outside, problems& out) {
  const std::size_t before = out.size();
  settings_reader reader(channel.options, "channel '" + channel.id + "'", out);
  std::string secret = read_secret(reader, channel.options, "secret", outside, out);
  if (out.size() == before) return secret;
  std::erase_if(channel.options.members, [](const settings::member& m) {
    return m.key == "secret" || m.key == "secret_file" || m.key == "secret_env";
  });
  return "";
}

}  // namespace beckon::topology
