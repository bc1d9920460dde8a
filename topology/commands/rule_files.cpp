#include "topology/commands/rule_files.hpp"

#include <algorithm>
#include <filesystem>

namespace beckon::topology {

namespace fs = std::filesystem;

std::string configuration_above(const std::string& file) {
  fs::path at = fs::path(file).parent_path();
  std::error_code failed;
  const fs::path start = at.empty() ? fs::path(".") : at;
  for (at = start;; at = at / "..") {
    if (fs::exists(at / "catalogue.yaml", failed)) return at.lexically_normal().string();
    const fs::path whole = fs::weakly_canonical(at, failed);
    if (failed || whole == whole.root_path()) return "";
  }
}

std::vector<std::string> rule_files(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& name : given) {
    std::error_code failed;
    if (!fs::is_directory(name, failed)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> inside;
    for (fs::directory_iterator at(name, failed), end; !failed && at != end; at.increment(failed)) {
      if (at->path().extension() == ".rule") inside.push_back(at->path().string());
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

}  // namespace beckon::topology
