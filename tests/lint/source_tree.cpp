#include "tests/lint/source_tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace beckon::lint {
namespace {

namespace fs = std::filesystem;

bool is_left_out(const std::string& name) {
  return name == ".git" || name == "node_modules" || name == "__pycache__" || name == "build" ||
         name.starts_with("build-");
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<source_file> read_tree(const fs::path& root) {
  std::vector<source_file> all;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator();
       ++at) {
    if (at->is_directory() && is_left_out(at->path().filename().string())) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file()) continue;
    std::string text = read(at->path());
    if (text.find('\0') != std::string::npos) continue;
    all.push_back({at->path().lexically_relative(root).generic_string(), std::move(text)});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return all;
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

bool is_source(std::string_view path) {
  static constexpr std::array<std::string_view, 7> endings = {".cpp", ".hpp", ".proto", ".mjs",
                                                              ".js",  ".ts",  ".sh"};
  return std::any_of(endings.begin(), endings.end(),
                     [path](std::string_view e) { return path.ends_with(e); });
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace beckon::lint
