#include "topology/backup/backup.hpp"

#include <algorithm>
#include <filesystem>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

constexpr const char* state_folder = "state";

error failed(const fs::path& path, const char* what, const std::error_code& why) {
  return {why == std::errc::no_space_on_device ? errc::exhausted : errc::unavailable,
          std::string(what) + ": " + why.message(), path.string()};
}

result<void> make_empty(const std::string& path) {
  std::error_code why;
  if (fs::exists(path, why) && !(fs::is_directory(path, why) && fs::is_empty(path, why)))
    return error{errc::conflict, "is there already: a backup needs a directory of its own", path};
  fs::create_directories(fs::path(path) / state_folder, why);
  if (!why) fs::permissions(path, fs::perms::owner_all, why);
  if (!why) fs::permissions(fs::path(path) / state_folder, fs::perms::owner_all, why);
  if (why) return failed(path, "cannot be made", why);
  return {};
}

/// Files of a checkpoint: its directory holds nothing else.
result<std::vector<std::string>> files_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code why;
  for (fs::directory_iterator at(directory, why), end; !why && at != end; at.increment(why)) {
    const std::string name = at->path().filename().string();
    if (name != "LOCK" && !name.starts_with("LOG")) names.push_back(name);
  }
  if (why) return failed(directory, "cannot be read", why);
  std::sort(names.begin(), names.end());
  return names;
}

result<void> add(backup_manifest& m, const std::string& from, const std::string& to,
                 const std::string& path, const copied_bytes& done) {
  auto copied = copy_with_checksum(from, to + "/" + path, done);
  if (!copied) return copied.error();
  copied->path = path;
  m.files.push_back(std::move(*copied));
  return {};
}

/// Opens the copy and reads every block: a damaged store makes no backup.
result<void> look_into(const std::string& state, backup_manifest& m) {
  adapters::rocksdb_options options;
  options.directory = state;
  auto store = adapters::open_read_only(options);
  if (!store) return store.error();
  if (auto whole = (*store)->verify(); !whole) return whole;
  for (const auto& p : (*store)->partitions()) m.epochs.push_back({p.number, p.epoch});
  return {};
}

}  // namespace

result<backup_manifest> make_backup(const backup_request& what, const copied_bytes& done) {
  backup_manifest m;
  m.beckon = what.beckon;
  m.node = what.node;
  m.created = what.now;
  m.partitions = what.partitions;
  if (auto made = make_empty(what.to); !made) return made.error();
  const auto names = files_in(what.checkpoint);
  if (!names) return names.error();
  for (const auto& name : *names) {
    const std::string path = std::string(state_folder) + "/" + name;
    if (auto added = add(m, what.checkpoint + "/" + name, what.to, path, done); !added)
      return added.error();
  }
  for (const char* name : remembered_files) {
    auto added = add(m, what.data + "/" + name, what.to, name, done);
    if (!added && added.error().code != errc::not_found) return added.error();
  }
  const std::string state = what.to + "/" + state_folder;
  if (auto whole = look_into(state, m); !whole) return whole.error();
  for (const auto& directory : {state, what.to}) {
    if (auto synced = sync_directory(directory); !synced) return synced.error();
  }
  if (auto written = write_manifest(what.to, m); !written) return written.error();
  if (auto synced = sync_directory(what.to); !synced) return synced.error();
  return m;
}

std::uint64_t bytes_below(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code why;
  for (fs::directory_iterator at(directory, why), end; !why && at != end; at.increment(why)) {
    std::error_code gone;
    const auto size = at->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

}  // namespace beckon::topology
