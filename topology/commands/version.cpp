// beckon version: what this program is.
#include <nlohmann/json.hpp>

#include "topology/commands/command.hpp"

namespace beckon::topology {
namespace {

int run(const adapters::arguments&, const console& to) {
  if (to.json) {
    to.print({{"name", "beckon"}, {"version", version_text}});
  } else {
    to.out << "beckon " << version_text << '\n';
  }
  return exit_ok;
}

}  // namespace

command version_command() {
  return {{.name = "version",
           .summary = "print the version of this program",
           .positionals = {},
           .options = {}},
          &run};
}

}  // namespace beckon::topology
