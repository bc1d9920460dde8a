#include "tests/lint/text_checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <map>
#include <set>
#include <string>

namespace beckon::lint {
namespace {

// Written in two halves, so that this file passes its own checks.
constexpr std::array<std::string_view, 3> marks = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "X"
    "XX"};
constexpr std::array<std::string_view, 3> paths = {
    "/wo"
    "rk/",
    "/ro"
    "ot/",
    "/ho"
    "me/"};
constexpr std::array<std::string_view, 3> clocks = {
    "_clock"
    "::now",
    "absl::"
    "Now",
    "std::"
    "time("};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Whether `text` holds `wanted` with no letter, digit or '_' on either side.
bool holds_word(std::string_view text, std::string_view wanted) {
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
    const bool begins = at == 0 || !is_word(text[at - 1]);
    const auto end = at + wanted.size();
    if (begins && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

/// Whether `text` holds `wanted` as the beginning of a path.
bool holds_path(std::string_view text, std::string_view wanted) {
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
    if (at == 0 || (!is_word(text[at - 1]) && text[at - 1] != '.' && text[at - 1] != '-' &&
                    text[at - 1] != '}')) {
      return true;
    }
  }
  return false;
}

template <class List, class Holds>
void search(const source_file& file, const List& wanted, const Holds& holds,
            const std::string& called, std::vector<finding>& out) {
  std::size_t number = 0;
  for (const auto line : lines_of(file.text)) {
    ++number;
    for (const auto word : wanted) {
      if (holds(line, word)) out.push_back({file.path, number, called + " " + std::string(word)});
    }
  }
}

using readmes = std::map<std::string, std::string, std::less<>>;  // folder → text

readmes readmes_of(const std::vector<source_file>& files) {
  readmes known;
  for (const auto& file : files) {
    if (name_of(file.path) == "README.md") known.emplace(folder_of(file.path), file.text);
  }
  return known;
}

/// Whether the README of the folder or of one above holds one of `words`; that of the top does not
/// count.
bool stands_in_readme(std::string_view folder, const std::vector<std::string>& words,
                      const readmes& known) {
  for (; !folder.empty(); folder = folder_of(folder)) {
    const auto found = known.find(folder);
    if (found == known.end()) continue;
    for (const auto& word : words) {
      if (found->second.find(word) != std::string::npos) return true;
    }
  }
  return false;
}

bool is_described(std::string_view folder, const readmes& known) {
  const std::string name(name_of(folder));
  return known.contains(folder) ||
         stands_in_readme(folder_of(folder), {name + "/", name + ":"}, known);
}

std::string stem_of(std::string_view path) {
  const auto name = name_of(path);
  return std::string(name.substr(0, name.rfind('.')));
}

}  // namespace

std::vector<finding> unfinished_marks(const std::vector<source_file>& files) {
  std::vector<finding> all;
  for (const auto& file : files) search(file, marks, holds_word, "unfinished:", all);
  return all;
}

std::vector<finding> long_files(const std::vector<source_file>& files) {
  std::vector<finding> all;
  for (const auto& file : files) {
    if (!is_source(file.path)) continue;
    const auto count = lines_of(file.text).size();
    if (count <= most_lines) continue;
    all.push_back(
        {file.path, 0, std::to_string(count) + " lines, more than " + std::to_string(most_lines)});
  }
  return all;
}

std::vector<finding> folders_without_readme(const std::vector<source_file>& files) {
  const auto known = readmes_of(files);
  std::set<std::string, std::less<>> with_sources;
  for (const auto& file : files) {
    if (is_source(file.path)) with_sources.emplace(folder_of(file.path));
  }
  std::vector<finding> all;
  for (const auto& folder : with_sources) {
    if (is_described(folder, known)) continue;
    all.push_back({folder, 0, "a folder with sources and without README.md"});
  }
  return all;
}

std::vector<finding> files_without_a_line(const std::vector<source_file>& files) {
  const auto known = readmes_of(files);
  std::vector<finding> all;
  for (const auto& file : files) {
    const bool counts =
        file.path.ends_with(".cpp") || file.path.ends_with(".hpp") || file.path.ends_with(".proto");
    if (!counts || stands_in_readme(folder_of(file.path), {stem_of(file.path)}, known)) continue;
    all.push_back({file.path, 0, "a file without a line in its folder's README.md"});
  }
  return all;
}

std::vector<finding> machine_paths(const std::vector<source_file>& files) {
  std::vector<finding> all;
  for (const auto& file : files) search(file, paths, holds_path, "a path of one machine:", all);
  return all;
}

std::vector<finding> clocks_read(const std::vector<source_file>& files) {
  const auto holds = [](std::string_view line, std::string_view word) {
    return line.find(word) != std::string_view::npos;
  };
  std::vector<finding> all;
  for (const auto& file : files) {
    const bool pure = file.path.starts_with("engine/") || file.path.starts_with("messages/");
    if (pure && is_source(file.path)) search(file, clocks, holds, "time is an argument here:", all);
  }
  return all;
}

}  // namespace beckon::lint
