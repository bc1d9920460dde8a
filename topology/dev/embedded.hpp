// config/demo inside the binary, so that `beckon dev` needs no files.
#pragma once

#include <string_view>
#include <vector>

namespace beckon::topology {

struct embedded_file {
  std::string_view path;  ///< below the configuration directory
  std::string_view text;
};

const std::vector<embedded_file>& demo_configuration();

}  // namespace beckon::topology
