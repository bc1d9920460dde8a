// The files of a source tree, as the checks want them. Reads the disk once; values afterwards.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace beckon::lint {

/// A text file. `path` is relative to the tree's root, with '/'.
struct source_file {
  std::string path;
  std::string text;
};

/// Something a check refuses. `line` 0: the file or folder as a whole.
struct finding {
  std::string path;
  std::size_t line = 0;
  std::string what;
  friend bool operator==(const finding&, const finding&) = default;
};

/// All text files below `root`, sorted by path. Left out: what git does not track by rule (build
/// trees, `.git`, `node_modules`) and files with NUL bytes.
std::vector<source_file> read_tree(const std::filesystem::path& root);

/// "engine/base/time.hpp" → "engine/base"; "" at the top.
std::string_view folder_of(std::string_view path);
std::string_view name_of(std::string_view path);

/// Whether people write it line by line: C++, Protobuf, JavaScript, scripts.
bool is_source(std::string_view path);

/// The text's lines without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace beckon::lint
