// Runs commands in this process, as a person would type them, from the root of the sources.
#pragma once

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "topology/commands/command.hpp"

namespace beckon::topology {

struct command_outcome {
  int exit = 0;
  std::string out;
  std::string err;
};

/// Paths in messages are relative to the root of the sources.
inline command_outcome run_words(const std::vector<std::string>& words) {
  std::filesystem::current_path(BECKON_SOURCE_DIR);
  std::ostringstream out;
  std::ostringstream err;
  const int code = execute(words, offline_commands(), console{out, err, {}, {}});
  return {code, out.str(), err.str()};
}

}  // namespace beckon::topology
