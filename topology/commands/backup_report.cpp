#include "topology/commands/backup_report.hpp"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"

namespace beckon::topology {

using clock = std::chrono::steady_clock;

copy_bar::copy_bar(const console& to, const std::string& label, std::uint64_t bytes)
    : bar_(to.err_is, to.err, label, bytes, clock::now()) {}

copied_bytes copy_bar::counter() {
  return [this](std::uint64_t bytes) {
    done_ += bytes;
    bar_.update(done_, clock::now());
  };
}

void copy_bar::finish() {
  bar_.finish(clock::now());
}

int backup_exit(const error& e) {
  return e.code == errc::corrupt ? exit_damaged : exit_unavailable;
}

nlohmann::json backup_json(const backup_manifest& m, const std::string& directory) {
  nlohmann::json epochs = nlohmann::json::array();
  for (const auto& e : m.epochs) epochs.push_back({{"partition", e.partition}, {"epoch", e.epoch}});
  return {{"directory", directory},     {"created", to_rfc3339(m.created)},
          {"beckon", m.beckon},         {"node", m.node},
          {"partitions", m.partitions}, {"epochs", epochs},
          {"files", m.files.size()},    {"bytes", m.bytes()}};
}

void print_backup(const backup_manifest& m, const std::string& directory, const std::string& node,
                  const console& to) {
  if (to.json) {
    auto shown = backup_json(m, directory);
    shown["was"] = node;
    to.print(shown);
    return;
  }
  to.out << "backup of the " << node << " node " << m.node << " in " << directory << ": "
         << counted(m.files.size(), "file") << ", " << m.bytes() << " bytes, " << m.epochs.size()
         << " of " << counted(m.partitions, "partition") << '\n';
}

}  // namespace beckon::topology
