#include "topology/parse/lists.hpp"

#include <algorithm>

namespace beckon::topology {
namespace {

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

bool has_control(std::string_view id) {
  return std::any_of(id.begin(), id.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

std::shared_ptr<const std::unordered_set<std::string>> parse_list(std::string_view text,
                                                                  const std::string& file,
                                                                  problems& out) {
  auto ids = std::make_shared<std::unordered_set<std::string>>();
  for (int line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    const std::string_view id = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (id.empty() || id.front() == '#') continue;
    if (has_control(id)) {
      out.push_back(
          {file, line, 1, "a control character in a list", "write one id per line, as text"});
      continue;
    }
    ids->emplace(id);
  }
  return ids;
}

}  // namespace beckon::topology
