// Settings trees for tests, without a YAML parser: built by hand, then laid out as block YAML would
// be, so that every node has the line and column a person would see.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/settings.hpp"

namespace beckon::testing {

inline settings text(std::string content, bool quoted = false) {
  settings node;
  node.what = settings::shape::scalar;
  node.scalar = std::move(content);
  node.quoted = quoted;
  return node;
}
inline settings quoted(std::string content) {
  return text(std::move(content), true);
}

inline settings list(std::vector<settings> items) {
  settings node;
  node.what = settings::shape::list;
  node.items = std::move(items);
  return node;
}

inline settings map(std::vector<std::pair<std::string, settings>> members) {
  settings node;
  node.what = settings::shape::map;
  for (auto& [key, content] : members) node.members.push_back({key, 0, 0, std::move(content)});
  return node;
}

/// Places `node` at (line, column); returns the next free line. A nested map or list begins on its
/// own line, two columns in.
inline int place(settings& node, const std::string& file, int line, int column) {
  node.file = file;
  node.line = line;
  node.column = column;
  if (node.what == settings::shape::scalar || node.what == settings::shape::null) return line + 1;
  for (settings& item : node.items) line = place(item, file, line, column + 2);
  for (settings::member& m : node.members) {
    m.line = line;
    m.column = column;
    const bool nested = !m.content.items.empty() || !m.content.members.empty();
    const int beside = column + static_cast<int>(m.key.size()) + 2;
    line = nested ? place(m.content, file, line + 1, column + 2)
                  : place(m.content, file, line, beside);
  }
  return line;
}

inline settings laid_out(settings node, const std::string& file = "test.yaml") {
  place(node, file, 1, 1);
  return node;
}

/// "line:column: message" of each problem, for comparing.
inline std::vector<std::string> said(const problems& found) {
  std::vector<std::string> out;
  for (const problem& p : found) {
    out.push_back(std::to_string(p.line) + ":" + std::to_string(p.column) + ": " +
                  (p.warning ? "warning: " : "") + p.message);
  }
  return out;
}

}  // namespace beckon::testing
