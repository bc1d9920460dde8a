// Checks that need no knowledge of C++: unfinished marks, length, folder READMEs, machine paths.
#pragma once

#include <vector>

#include "tests/lint/source_tree.hpp"

namespace beckon::lint {

inline constexpr std::size_t most_lines = 400;

/// The words by which people mark what they left unfinished.
std::vector<finding> unfinished_marks(const std::vector<source_file>& files);

/// Source files of more than `most_lines` lines.
std::vector<finding> long_files(const std::vector<source_file>& files);

/// Folders with sources that neither have a README.md nor stand in the one of a folder above, as
/// `NAME/` or `NAME:` in a heading or a line of it.
std::vector<finding> folders_without_readme(const std::vector<source_file>& files);

/// C++ and Protobuf files whose name (without ending) stands in no README.md of their folder or one
/// above.
std::vector<finding> files_without_a_line(const std::vector<source_file>& files);

/// Absolute paths of the machines this was written on.
std::vector<finding> machine_paths(const std::vector<source_file>& files);

/// Clocks read where time is an argument: engine, codec, ports.
std::vector<finding> clocks_read(const std::vector<source_file>& files);

}  // namespace beckon::lint
