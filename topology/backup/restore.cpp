// Putting a backup back.
#include <algorithm>
#include <filesystem>

#include "adapters/nats/data_lock.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "beckon/v1/commit.pb.h"
#include "topology/backup/backup.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;

constexpr duration broker_ends{500};  // of a node that was killed

error failed(const fs::path& path, const char* what, const std::error_code& why) {
  return {why == std::errc::no_space_on_device ? errc::exhausted : errc::unavailable,
          std::string(what) + ": " + why.message(), path.string()};
}

/// Every file is there and what was written; nothing is changed.
result<backup_manifest> verified(const restore_request& what, const copied_bytes& done) {
  auto m = read_manifest(what.from);
  if (!m) return m;
  if (m->partitions != what.partitions) {
    return error{errc::invalid,
                 "the backup has " + std::to_string(m->partitions) +
                     " partitions, beckon.yaml says " + std::to_string(what.partitions) +
                     ": they must be the same",
                 what.from};
  }
  for (const auto& file : m->files) {
    const std::string path = what.from + "/" + file.path;
    const auto found = copy_with_checksum(path, {}, done);
    if (!found && found.error().code == errc::not_found)
      return error{errc::corrupt, "a file of the backup is missing", path};
    if (!found) return found.error();
    if (found->bytes != file.bytes || found->checksum != file.checksum)
      return error{errc::corrupt, "is not what was written: the backup is damaged", path};
  }
  return m;
}

/// What a restore would put something over.
std::vector<std::string> in_the_way(const std::string& data) {
  std::vector<std::string> names{"state", progress_file_name};
  names.insert(names.end(), remembered_files.begin(), remembered_files.end());
  std::error_code why;
  std::erase_if(names, [&](const auto& name) { return !fs::exists(data + "/" + name, why); });
  return names;
}

result<std::string> move_aside(const restore_request& what, const std::vector<std::string>& names) {
  std::string aside = what.data + "/replaced-" + to_rfc3339(what.now);
  std::replace(aside.end() - static_cast<std::ptrdiff_t>(to_rfc3339(what.now).size()), aside.end(),
               ':', '-');
  std::error_code why;
  if (!fs::create_directory(aside, why))
    return failed(aside, "cannot be made",
                  why ? why : std::make_error_code(std::errc::file_exists));
  fs::permissions(aside, fs::perms::owner_all, why);
  for (const auto& name : names) {
    fs::rename(what.data + "/" + name, aside + "/" + name, why);
    if (why) return failed(what.data + "/" + name, "cannot be moved aside", why);
  }
  return aside;
}

/// One record per partition: all as it was, but the epoch.
result<void> go_on_later(port::store& store, const std::vector<backup_epoch>& epochs,
                         std::uint64_t later) {
  std::vector<std::string> records;
  for (const auto& e : epochs) {
    const auto base = store.recover(e.partition);
    if (!base) return base.error();
    v1::CommitRecord record;
    if (!record.ParseFromString(base->last_record))
      return error{errc::corrupt, "the last commit of a partition cannot be read"};
    record.set_previous(record.epoch());
    record.set_epoch(std::max(record.epoch() + 1, later));
    records.push_back(record.SerializeAsString());
  }
  return records.empty() ? result<void>() : store.commit(records);
}

/// Larger than any epoch of a life that began before `now`.
std::uint64_t epochs_from(timestamp now) {
  constexpr std::uint64_t per_second = std::uint64_t{1} << 20;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_ms(now)) / 1000) * per_second;
}

/// Into a directory beside the one that is meant, so that a node never sees half a store.
result<void> copy_all(const restore_request& what, const backup_manifest& m, const fs::path& into,
                      const copied_bytes& done) {
  std::error_code why;
  fs::create_directories(into / "state", why);
  if (!why) fs::permissions(into, fs::perms::owner_all, why);
  if (!why) fs::permissions(into / "state", fs::perms::owner_all, why);
  if (why) return failed(into, "cannot be made", why);
  for (const auto& file : m.files) {
    const auto copied = copy_with_checksum(what.from + "/" + file.path, into / file.path, done);
    if (!copied) return copied.error();
    if (copied->checksum != file.checksum)
      return error{errc::corrupt, "changed while it was read", what.from + "/" + file.path};
  }
  adapters::rocksdb_options options;
  options.directory = into / "state";
  auto store = adapters::open_store(options);
  if (!store) return store.error();
  return go_on_later(**store, m.epochs, epochs_from(what.now));
}

}  // namespace

result<restored> restore_backup(const restore_request& what, const copied_bytes& done) {
  auto m = verified(what, done);
  if (!m) return m.error();
  if (auto free = adapters::check_unused(state_directory(what.data)); !free) return free.error();
  const auto lock = adapters::data_lock::take(what.data, broker_ends);
  if (!lock) return lock.error();
  const auto there = in_the_way(what.data);
  if (!there.empty() && !what.force) {
    return error{errc::conflict,
                 "holds a node's memory already (" + there.front() +
                     "): with --force it is moved aside, into a directory beside it",
                 what.data};
  }
  const fs::path fresh = what.data + "/restoring-" + std::to_string(to_ms(what.now));
  if (auto copied = copy_all(what, *m, fresh, done); !copied) {
    std::error_code why;
    fs::remove_all(fresh, why);  // ours alone
    return copied.error();
  }
  restored out{std::move(*m), {}};
  if (!there.empty()) {
    auto aside = move_aside(what, there);
    if (!aside) return aside.error();
    out.moved_to = std::move(*aside);
  }
  std::error_code why;
  std::vector<std::string> names(remembered_files.begin(), remembered_files.end());
  names.emplace_back("state");  // last: without it the node would begin with nothing
  for (const auto& name : names) {
    if (fs::exists(fresh / name, why)) fs::rename(fresh / name, what.data + "/" + name, why);
    if (why) return failed(what.data + "/" + name, "cannot be put in place", why);
  }
  fs::remove(fresh, why);
  if (auto synced = sync_directory(what.data); !synced) return synced.error();
  return out;
}

}  // namespace beckon::topology
