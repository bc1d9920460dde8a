#include "adapters/rocksdb/checkpoint.hpp"

#include <filesystem>
#include <memory>

#include <rocksdb/env.h>
#include <rocksdb/utilities/checkpoint.h>

namespace beckon::adapters {

result<void> write_checkpoint(const database& db, const std::string& directory) {
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&db.db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> owned(made);
  if (status.ok()) status = made->CreateCheckpoint(directory);
  if (status.ok()) return {};
  error failed = read_error(status, "copying the store");
  failed.where = directory;
  return failed;
}

result<void> verify_checksums(const database& db) {
  if (const auto status = db.db().VerifyChecksum(); !status.ok())
    return read_error(status, "verifying the store");
  return {};
}

result<void> check_unused(const std::string& directory) {
  const std::string path = directory + "/LOCK";
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return {};
  rocksdb::FileLock* lock = nullptr;
  const auto status = rocksdb::Env::Default()->LockFile(path, &lock);
  if (!status.ok()) return open_error(status, directory);
  if (const auto freed = rocksdb::Env::Default()->UnlockFile(lock); !freed.ok())
    return read_error(freed, "looking whether the store is in use");
  return {};
}

}  // namespace beckon::adapters
