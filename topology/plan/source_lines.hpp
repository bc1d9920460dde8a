// The line a problem stands on, so that messages can show it with a caret.
#pragma once

#include "engine/base/settings.hpp"
#include "topology/directory.hpp"

namespace beckon::topology {

/// Fills `source_line` of problems that have a place but no line yet; lines longer than 200 bytes
/// are not shown.
void add_source_lines(const configuration_directory& files, problems& found);

}  // namespace beckon::topology
