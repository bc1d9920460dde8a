// A directory of its own for each test, removed at its end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace beckon::testing {

class temp_files {
 public:
  temp_files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "beckon-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data()) == nullptr ? "" : pattern;
  }
  temp_files(const temp_files&) = delete;
  temp_files& operator=(const temp_files&) = delete;
  ~temp_files() {
    std::error_code ignored;  // a leftover in /tmp fails no test
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path write(std::string_view name, std::string_view content) const {
    const auto path = path_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace beckon::testing
