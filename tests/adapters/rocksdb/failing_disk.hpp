// A RocksDB environment on the real file system whose writes and syncs fail on demand, as a full or
// broken disk's do.
#pragma once

#include <atomic>
#include <memory>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace beckon::tests {

class failing_disk {
 public:
  failing_disk()
      : files_(std::make_shared<files>()), environment_(rocksdb::NewCompositeEnv(files_)) {}

  rocksdb::Env* environment() { return environment_.get(); }
  void full(bool yes) { files_->full = yes; }
  void failing_syncs(bool yes) { files_->failing_syncs = yes; }

 private:
  struct files;

  class file final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    file(std::unique_ptr<rocksdb::FSWritableFile> real, const files& disk)
        : FSWritableFileOwnerWrapper(std::move(real)), disk_(disk) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* context) override {
      if (disk_.full) return rocksdb::IOStatus::NoSpace("the test's disk is full");
      return FSWritableFileOwnerWrapper::Append(data, options, context);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& info,
                             rocksdb::IODebugContext* context) override {
      if (disk_.full) return rocksdb::IOStatus::NoSpace("the test's disk is full");
      return FSWritableFileOwnerWrapper::Append(data, options, info, context);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
      if (disk_.failing_syncs) return rocksdb::IOStatus::IOError("the test's disk fails to sync");
      return FSWritableFileOwnerWrapper::Sync(options, context);
    }

   private:
    const files& disk_;
  };

  struct files final : rocksdb::FileSystemWrapper {
    files() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
    const char* Name() const override { return "failing_disk"; }
    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* out,
                                      rocksdb::IODebugContext* context) override {
      std::unique_ptr<rocksdb::FSWritableFile> real;
      rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, &real, context);
      if (status.ok()) *out = std::make_unique<file>(std::move(real), *this);
      return status;
    }

    std::atomic<bool> full{false};
    std::atomic<bool> failing_syncs{false};
  };

  std::shared_ptr<files> files_;
  std::unique_ptr<rocksdb::Env> environment_;
};

}  // namespace beckon::tests
