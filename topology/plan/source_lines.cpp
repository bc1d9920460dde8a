#include "topology/plan/source_lines.hpp"

#include <algorithm>
#include <string_view>

namespace beckon::topology {
namespace {

constexpr std::size_t longest_line = 200;

const std::string* text_of(const configuration_directory& files, const std::string& path) {
  for (const auto* file :
       {&files.deployment, &files.catalogue, &files.actions, &files.filters, &files.channels}) {
    if (*file && (*file)->path == path) return &(*file)->text;
  }
  for (const auto* folder : {&files.materials, &files.rules, &files.lists}) {
    for (const file_text& file : *folder) {
      if (file.path == path) return &file.text;
    }
  }
  return nullptr;
}

std::string_view line_of(std::string_view text, int line) {
  for (int at = 1; at < line; ++at) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

/// Nothing that could garble a terminal.
bool is_showable(std::string_view line) {
  return line.size() <= longest_line && std::none_of(line.begin(), line.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\t';
         });
}

}  // namespace

void add_source_lines(const configuration_directory& files, problems& found) {
  for (problem& p : found) {
    if (p.line <= 0 || !p.source_line.empty()) continue;
    const std::string* text = text_of(files, p.file);
    if (text == nullptr) continue;
    const std::string_view line = line_of(*text, p.line);
    if (is_showable(line)) p.source_line = line;
  }
}

}  // namespace beckon::topology
