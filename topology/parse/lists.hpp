// lists/NAME.txt → a named list for IN LIST and list filters: one id per line.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "engine/base/settings.hpp"

namespace beckon::topology {

/// Blanks around an id are dropped, empty lines and lines beginning with '#' skipped. Reports bytes
/// that are not UTF-8 text (control characters), at their line.
std::shared_ptr<const std::unordered_set<std::string>> parse_list(std::string_view text,
                                                                  const std::string& file,
                                                                  problems& out);

}  // namespace beckon::topology
