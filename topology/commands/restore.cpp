// beckon restore DIR_IN -c DIR: puts a backup back, where no node runs.
#include <chrono>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "topology/commands/backup_report.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"

namespace beckon::topology {
namespace {

timestamp now_on_the_wall() {
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

void tell(const restored& done, const restore_request& what, const console& to) {
  if (to.json) {
    auto shown = backup_json(done.what, what.from);
    shown["data"] = what.data;
    if (!done.moved_to.empty()) shown["moved_to"] = done.moved_to;
    to.print(shown);
    return;
  }
  to.out << what.data << " is as node " << done.what.node << " was at "
         << to_rfc3339(done.what.created) << '\n';
  if (!done.moved_to.empty()) to.out << "what was there is in " << done.moved_to << '\n';
}

int put_back(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const restore_request what{given.text("DIR_IN"), c->deployment.data, c->deployment.partitions,
                             given.flag("force"), now_on_the_wall()};
  std::error_code failed;
  std::filesystem::create_directories(what.data, failed);
  if (failed)
    return to.fail(exit_unavailable, "cannot make " + what.data + ": " + failed.message());
  const auto known = read_manifest(what.from);
  copy_bar bar(to, "restore", known ? 2 * known->bytes() : 0);  // each is verified, then copied
  const auto done = restore_backup(what, bar.counter());
  bar.finish();
  if (!done) return to.fail(backup_exit(done.error()), done.error());
  tell(*done, what, to);
  return exit_ok;
}

}  // namespace

command restore_command() {
  return {
      {.name = "restore",
       .summary = "put a backup back where no node runs",
       .positionals = {{"DIR_IN", "a directory that beckon backup wrote"}},
       .options = {config_option(),
                   {.name = "force",
                    .kind = adapters::option_kind::flag,
                    .value_name = {},
                    .help = "move aside what is there, into a directory beside it"}},
       .details = "Verifies every file first. Exit code 65: the backup is damaged; 69: a node runs "
                  "there, something is there already, or the backup does not fit. What comes "
                  "back and what does not: ops/runbooks/backup.md."},
      &put_back};
}

}  // namespace beckon::topology
