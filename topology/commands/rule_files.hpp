// The rule files a command is given, and the configuration each belongs to.
#pragma once

#include <string>
#include <vector>

namespace beckon::topology {

/// The nearest directory above `file` that holds a catalogue.yaml; "" when there is none.
std::string configuration_above(const std::string& file);

/// Files as given; of a directory its *.rule files by name.
std::vector<std::string> rule_files(const std::vector<std::string>& given);

}  // namespace beckon::topology
