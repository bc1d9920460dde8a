#include "topology/parse/secrets.hpp"

namespace beckon::topology {

problem masked(problem p) {
  p.source_line =
      std::string(p.column > 0 ? static_cast<std::size_t>(p.column - 1) : 0, ' ') + "***";
  return p;
}

std::string read_secret(settings_reader& reader, const settings& node, const std::string& name,
                        const secret_source& outside, problems& out) {
  const std::string by_file = name + "_file";
  const std::string by_variable = name + "_env";
  const std::string path = reader.text(by_file, "");
  const std::string variable = reader.text(by_variable, "");
  if (reader.node(name) != nullptr) {
    out.push_back(
        masked(node.find(name)->at("a secret must not stand in the configuration",
                                   "put it into a file or an environment variable and write '" +
                                       by_file + ": PATH' or '" + by_variable + ": NAME'")));
    return "";
  }
  if (!path.empty() && !variable.empty()) {
    out.push_back(node.find(by_variable)
                      ->at("'" + by_file + "' and '" + by_variable + "' exclude each other",
                           "keep one of them"));
    return "";
  }
  if (!path.empty()) {
    auto content = outside.file(path);
    if (content) return *std::move(content);
    out.push_back(node.find(by_file)->at("cannot read '" + path + "': " + content.error().message,
                                         "the path is relative to the configuration directory"));
  } else if (!variable.empty()) {
    auto content = outside.variable(variable);
    if (content) return *std::move(content);
    out.push_back(node.find(by_variable)
                      ->at("the environment variable " + variable + " is not set",
                           "set it before Beckon starts"));
  }
  return "";
}

}  // namespace beckon::topology
