// A configuration directory as it lies on the disk: which files it holds, their texts, and what is
// odd about them. Reads the disk; everything after it is a function of values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/settings.hpp"

namespace beckon::topology {

/// One file that was read. `path` is the directory as given plus the file's place below it: what
/// messages show.
struct file_text {
  std::string path;
  std::string name;  ///< file name without ending: "pay_reminder"
  std::string text;
};

struct configuration_directory {
  std::string path;
  std::optional<file_text> deployment;  ///< beckon.yaml
  std::optional<file_text> catalogue;   ///< catalogue.yaml
  std::optional<file_text> actions;     ///< actions.yaml
  std::optional<file_text> filters;     ///< filters.yaml
  std::optional<file_text> channels;    ///< channels.yaml
  std::vector<file_text> materials;     ///< materials.yaml, then materials/*.yaml by name
  std::vector<file_text> rules;         ///< rules/*.rule by name
  std::vector<file_text> lists;         ///< lists/*.txt by name
  std::vector<file_text> audiences;     ///< audiences/*.txt by name
  problems found;                       ///< missing directory, unreadable files, files nobody reads
};

inline constexpr std::size_t most_file_bytes = 64 * 1024 * 1024;

/// Reads the directory. Hidden files and folders other than rules, lists, audiences and materials are left
/// alone.
configuration_directory read_directory(const std::string& path);

/// The content of a file; errors say why it cannot be had (missing, a directory, larger than
/// `most_file_bytes`).
result<std::string> read_text_file(const std::string& path);

}  // namespace beckon::topology
