// A directory of its own for each test, removed at its end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

#include "tests/support/temporary_directory.hpp"

namespace beckon::testing {

class temp_files {
 public:
  std::filesystem::path write(std::string_view name, std::string_view content) const {
    const auto path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  tests::temporary_directory directory_;
};

}  // namespace beckon::testing
