#include "topology/load.hpp"

#include <cstdlib>
#include <filesystem>

namespace beckon::topology {

secret_source secrets_below(const std::string& directory) {
  return {[directory](const std::string& path) -> result<std::string> {
            auto text = read_text_file((std::filesystem::path(directory) / path).string());
            if (!text) return text;
            std::string secret = *std::move(text);
            while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r'))
              secret.pop_back();
            if (secret.empty()) return error{errc::invalid, "it is empty", path};
            return secret;
          },
          [](const std::string& name) -> std::optional<std::string> {
            const char* content = std::getenv(name.c_str());
            return content == nullptr ? std::nullopt : std::optional<std::string>(content);
          }};
}

configuration load_configuration(const std::string& directory, const outside_kinds& kinds) {
  return build_configuration(read_directory(directory), secrets_below(directory), kinds);
}

configuration load_ground(const std::string& directory) {
  return build_ground(read_directory(directory), secrets_below(directory));
}

}  // namespace beckon::topology
