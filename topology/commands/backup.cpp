// beckon backup DIR_OUT -c DIR: a copy of what a node remembers, while it runs or while it does
// not.
#include "topology/backup/backup.hpp"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "topology/commands/backup_report.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/data_layout.hpp"
#include "topology/dev/http_client.hpp"
#include "topology/node/checkpoints.hpp"
#include "topology/node/system_clock.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

result<std::string> checkpoint_of_running(const run_file& node) {
  http_client client;
  const auto answer = client.post(node.ingest + "/admin/checkpoint", "{}", node.admin_token);
  if (!answer) return answer.error();
  const auto said = nlohmann::json::parse(answer->body, nullptr, false);
  if (answer->status == 201 && said.is_object() && said.contains("directory") &&
      said["directory"].is_string())
    return said["directory"].get<std::string>();
  return error{errc::unavailable, "the node answers " + std::to_string(answer->status) + ": " +
                                      answer->body.substr(0, 500)};
}

result<std::string> checkpoint_of_stopped(const std::string& data) {
  std::error_code why;
  if (!fs::exists(state_directory(data), why))
    return error{errc::not_found, "there is nothing to back up: no node ever ran here", data};
  adapters::rocksdb_options options;
  options.directory = state_directory(data);
  auto store = adapters::open_store(options);
  if (!store) return store.error();
  remove_checkpoints(data);
  return checkpoint_below(**store, data, 0);
}

/// What the checkpoint lies in goes, however the command ends.
class carried {
 public:
  explicit carried(std::string directory) : directory_(std::move(directory)) {}
  ~carried() { remove_checkpoint(directory_); }
  carried(const carried&) = delete;
  carried& operator=(const carried&) = delete;
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
};

int back_up(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const auto& d = c->deployment;
  const auto running = read_run_file(d.data);
  auto made = running ? checkpoint_of_running(*running) : checkpoint_of_stopped(d.data);
  if (!made) return to.fail(backup_exit(made.error()), made.error());
  const carried checkpoint(*made);
  const backup_request what{d.data, checkpoint.directory(), given.text("DIR_OUT"), version_text,
                            d.node, d.partitions,           system_clock().now()};
  copy_bar bar(to, "backup", bytes_below(what.checkpoint));
  const auto copied = make_backup(what, bar.counter());
  bar.finish();
  if (!copied) return to.fail(backup_exit(copied.error()), copied.error());
  print_backup(*copied, what.to, running ? "running" : "stopped", to);
  return exit_ok;
}

}  // namespace

command backup_command() {
  return {{.name = "backup",
           .summary = "copy what a node remembers into a directory",
           .positionals = {{"DIR_OUT", "made here; must not be there yet, or be empty"}},
           .options = {config_option()},
           .details =
               "Works while the node runs and while it does not. Exit code 69: it cannot be made; "
               "65: the store is damaged. What a backup holds: ops/runbooks/backup.md."},
          &back_up};
}

}  // namespace beckon::topology
