#include "topology/backup/manifest.hpp"

#include <numeric>

#include <nlohmann/json.hpp>

#include "topology/directory.hpp"
#include "topology/replace_file.hpp"

namespace beckon::topology {
namespace {

using nlohmann::json;

std::string path_of(const std::string& directory) {
  return directory + "/manifest.json";
}

json json_of(const backup_manifest& m) {
  json all = {{"format", m.format},
              {"beckon", m.beckon},
              {"node", m.node},
              {"created", to_rfc3339(m.created)},
              {"created_ms", to_ms(m.created)},
              {"partitions", m.partitions},
              {"epochs", json::array()},
              {"files", json::array()}};
  for (const auto& e : m.epochs)
    all["epochs"].push_back({{"partition", e.partition}, {"epoch", e.epoch}});
  for (const auto& f : m.files)
    all["files"].push_back({{"path", f.path}, {"bytes", f.bytes}, {"checksum", f.checksum}});
  return all;
}

/// Copies stay inside the directories they are meant for.
bool leads_outside(const std::string& path) {
  return path.empty() || path.front() == '/' ||
         ("/" + path + "/").find("/../") != std::string::npos;
}

result<backup_manifest> manifest_in(const json& j) {
  backup_manifest m;
  m.format = j.at("format").get<int>();
  m.beckon = j.at("beckon").get<std::string>();
  if (m.format > backup_format) {
    return error{errc::invalid, "the backup was made by a newer Beckon (" + m.beckon + ", form " +
                                    std::to_string(m.format) + "); this one reads form " +
                                    std::to_string(backup_format) + ": restore it with that one"};
  }
  m.node = j.at("node").get<std::string>();
  m.created = from_ms(j.at("created_ms").get<std::int64_t>());
  m.partitions = j.at("partitions").get<std::uint32_t>();
  for (const auto& e : j.at("epochs"))
    m.epochs.push_back(
        {e.at("partition").get<std::uint32_t>(), e.at("epoch").get<std::uint64_t>()});
  for (const auto& f : j.at("files")) {
    m.files.push_back({f.at("path").get<std::string>(), f.at("bytes").get<std::uint64_t>(),
                       f.at("checksum").get<std::string>()});
    if (leads_outside(m.files.back().path))
      return error{errc::corrupt, "names a file outside the backup: " + m.files.back().path};
  }
  return m;
}

}  // namespace

std::uint64_t backup_manifest::bytes() const {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const backup_file& f) { return sum + f.bytes; });
}

result<void> write_manifest(const std::string& directory, const backup_manifest& m) {
  return replace_file(path_of(directory),
                      json_of(m).dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

result<backup_manifest> read_manifest(const std::string& directory) {
  const std::string path = path_of(directory);
  const auto text = read_text_file(path);
  if (!text && text.error().code == errc::not_found)
    return error{errc::not_found,
                 "is no backup, or one that was not finished: there is no manifest", path};
  if (!text) return text.error();
  try {
    auto m = manifest_in(json::parse(*text));
    if (m) return m;
    return error{m.error().code, m.error().message, path};
  } catch (const json::exception& e) {
    return error{errc::corrupt, std::string("is no manifest of a backup: ") + e.what(), path};
  }
}

}  // namespace beckon::topology
