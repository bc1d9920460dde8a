// A store that can be ended and started again, and what the tests of every store do with it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {

/// A store that can be ended and started again on what it left.
class backend {
 public:
  virtual ~backend() = default;
  virtual port::store& store() = 0;
  virtual void restart() = 0;
};

class memory_backend final : public backend {
 public:
  port::store& store() override { return *store_; }
  void restart() override { store_ = std::make_unique<memory_store>(store_->snapshot()); }

 private:
  std::unique_ptr<memory_store> store_ = std::make_unique<memory_store>();
};

class rocksdb_backend final : public backend {
 public:
  rocksdb_backend() { restart(); }
  port::store& store() override { return *store_; }
  void restart() override {
    store_.reset();
    adapters::rocksdb_options options;
    options.directory = directory_.file("store");
    auto opened = adapters::open_store(options);
    if (!opened.ok()) throw std::runtime_error(opened.error().to_string());
    store_ = std::move(*opened);
  }

 private:
  temporary_directory directory_;
  std::unique_ptr<port::store> store_;
};

struct backend_kind {
  const char* name;
  std::unique_ptr<backend> (*make)();
};

class store_conformance : public testing::TestWithParam<backend_kind> {
 protected:
  port::store& store() { return backend_->store(); }

  result<void> commit(std::initializer_list<commit_record> records) {
    std::vector<std::string> bytes;
    for (const commit_record& record : records) bytes.push_back(record.bytes());
    return store().commit(bytes);
  }

  void commit_well(std::initializer_list<commit_record> records) {
    const result<void> done = commit(records);
    ASSERT_TRUE(done.ok()) << done.error().to_string();
  }

  std::optional<std::string> row(std::uint32_t partition, port::row_kind kind, std::string key) {
    const port::row_key wanted{partition, kind, std::move(key)};
    auto loaded = store().load({&wanted, 1});
    EXPECT_TRUE(loaded.ok());
    return loaded->front();
  }

  std::vector<std::pair<std::string, std::string>> rows(std::uint32_t partition,
                                                        port::row_kind kind,
                                                        std::string_view after = "",
                                                        std::size_t most = 100) {
    std::vector<std::pair<std::string, std::string>> out;
    EXPECT_TRUE(store()
                    .scan(partition, kind, after,
                          [&](port::row_kind got, auto key, auto content) {
                            EXPECT_EQ(got, kind);
                            out.emplace_back(key, content);
                            return out.size() < most;
                          })
                    .ok());
    return out;
  }

  port::recovered_partition recovered(std::uint32_t partition) {
    auto out = store().recover(partition);
    EXPECT_TRUE(out.ok());
    return *out;
  }

  std::uint64_t last_epoch(std::uint32_t partition) {
    v1::CommitRecord header;
    EXPECT_TRUE(header.ParseFromString(recovered(partition).last_record));
    return header.epoch();
  }

  std::vector<std::string> decided_rules(std::uint32_t partition, std::uint64_t from) {
    std::vector<std::string> out;
    EXPECT_TRUE(store()
                    .decisions(partition, from,
                               [&](std::string_view batch) {
                                 out.emplace_back(batch);
                                 return true;
                               })
                    .ok());
    return out;
  }

  std::unique_ptr<backend> backend_ = GetParam().make();
};

}  // namespace beckon::tests
