#include "topology/commands/configured.hpp"

#include <nlohmann/json.hpp>

#include "topology/shipped_kinds.hpp"

namespace beckon::topology {
namespace {

std::optional<configuration> unless_broken(configuration loaded, const std::string& directory,
                                           const console& to) {
  print_problems(loaded.found, to);
  if (!has_errors(loaded.found)) return loaded;
  to.fail(adapters::exit_configuration, directory + ": " + count_text(loaded.found));
  return std::nullopt;
}

}  // namespace

void print_problems(const problems& found, const console& to) {
  for (const problem& p : found) {
    if (to.json || to.json_log) {
      to.err << to_json(p).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    } else {
      to.err << to_text(p, to.err_is) << '\n';
    }
  }
}

std::optional<configuration> load_or_explain(const std::string& directory, const console& to) {
  return unless_broken(load_configuration(directory, shipped_kinds()), directory, to);
}

std::optional<configuration> load_ground_or_explain(const std::string& directory,
                                                    const console& to) {
  return unless_broken(load_ground(directory), directory, to);
}

}  // namespace beckon::topology
