#include "topology/plan/adapter_options.hpp"

#include <filesystem>

namespace beckon::topology {

void place_paths(settings& options, const std::string& directory) {
  for (settings::member& m : options.members) {
    if (m.key != "path" && m.key != "ca_file") continue;
    if (m.content.what != settings::shape::scalar || m.content.scalar.empty()) continue;
    m.content.scalar =
        (std::filesystem::path(directory) / m.content.scalar).lexically_normal().string();
  }
}

std::string fetch_secret(settings& options, const std::string& owner, const std::string& name,
                         const secret_source& outside, problems& out) {
  const std::size_t before = out.size();
  settings_reader reader(options, owner, out);
  std::string secret = read_secret(reader, options, name, outside, out);
  if (out.size() == before) return secret;
  std::erase_if(options.members, [&name](const settings::member& m) {
    return m.key == name || m.key == name + "_file" || m.key == name + "_env";
  });
  return "";
}

}  // namespace beckon::topology
