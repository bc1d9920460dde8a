// One byte of any file of a store is another one: it is refused, or what is read is what was
// written up to some commit. Never anything else. And checkpoints: the store at one moment, beside
// its writer.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/commit_writer.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

namespace fs = std::filesystem;
using port::row_kind;

constexpr std::uint64_t epochs = 12;
constexpr int rows_of_an_epoch = 8;

std::string key_of_row(int i) {
  return "key of a subject " + std::to_string(i);
}
std::string content_of(std::uint64_t epoch, int i) {
  return "state of epoch " + std::to_string(epoch) + " of row " + std::to_string(i) +
         std::string(40, static_cast<char>('a' + i));
}

class flipped_byte : public ::testing::Test {
 protected:
  static adapters::rocksdb_options in(const std::string& directory) {
    adapters::rocksdb_options options;
    options.directory = directory;
    options.block_cache_bytes = std::size_t{1} << 20;
    return options;
  }
  static std::unique_ptr<adapters::node_store> opened(const std::string& directory) {
    auto store = adapters::open_store(in(directory));
    EXPECT_TRUE(store.ok()) << store.error().to_string();
    return store.ok() ? std::move(*store) : nullptr;
  }
  static void commit(port::store& store, std::uint64_t epoch) {
    commit_record record(0, epoch);
    for (int i = 0; i < rows_of_an_epoch; ++i)
      record.row(row_kind::state, key_of_row(i), content_of(epoch, i));
    record.row(row_kind::dead_letter, "0123456789abcdef", content_of(epoch, 0));
    const auto bytes = record.bytes();
    ASSERT_TRUE(store.commit({&bytes, 1}).ok());
  }

  /// What a node would read: an error, or rows of the same epoch as the head. How it ended.
  enum class outcome { refused, whole, older };
  static outcome read(const std::string& directory, const std::string& what) {
    const auto store = adapters::open_store(in(directory));
    if (!store) return outcome::refused;
    const auto base = (*store)->recover(0);
    if (!base) return outcome::refused;
    std::uint64_t epoch = 0;
    if (!base->last_record.empty()) {
      const auto head = codec::decode_head(base->last_record);
      if (!head) return outcome::refused;
      epoch = head->who.epoch;
    }
    std::vector<port::row_key> keys;
    for (int i = 0; i < rows_of_an_epoch; ++i) keys.push_back({0, row_kind::state, key_of_row(i)});
    const auto rows = (*store)->load(keys);
    if (!rows) return outcome::refused;
    for (int i = 0; i < rows_of_an_epoch; ++i) {
      const auto& row = (*rows)[static_cast<std::size_t>(i)];
      if (epoch == 0)
        EXPECT_FALSE(row) << what;
      else
        EXPECT_EQ(row.value_or("nothing"), content_of(epoch, i)) << what;
    }
    return epoch == epochs ? outcome::whole : outcome::older;
  }

  /// Every file in turn, a byte at several places each.
  void flip_everywhere(const std::string& original, int places) {
    std::mt19937_64 random(20'261'122);
    const std::string damaged = directory_.file("damaged");
    for (const auto& file : fs::directory_iterator(original)) {
      const auto name = file.path().filename().string();
      if (name == "LOCK" || name.starts_with("LOG") || file.file_size() == 0) continue;
      for (int i = 0; i < places; ++i) {
        fs::remove_all(damaged);
        fs::copy(original, damaged);
        const auto at = random() % file.file_size();
        std::fstream bytes(damaged + "/" + name, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(static_cast<std::streamoff>(at));
        const char old = static_cast<char>(bytes.get());
        bytes.seekp(static_cast<std::streamoff>(at));
        bytes.put(static_cast<char>(old ^ static_cast<char>(1 << (random() % 8))));
        bytes.close();
        ++ends_[read(damaged, name + " at " + std::to_string(at))];
      }
    }
  }

  temporary_directory directory_;
  std::map<outcome, int> ends_;
};

TEST_F(flipped_byte, in_tables_is_refused_or_harmless) {
  const std::string original = directory_.file("tables");
  {
    const auto store = opened(directory_.file("store"));
    for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) commit(*store, epoch);
    ASSERT_TRUE(store->checkpoint(original).ok());
  }
  flip_everywhere(original, 6);
  EXPECT_GT(ends_[outcome::refused], 10);
  EXPECT_EQ(ends_[outcome::older], 0) << "what is in tables does not go quietly";
}

TEST_F(flipped_byte, in_the_log_is_refused_or_undoes_whole_commits) {
  const std::string original = directory_.file("logged");
  {
    const auto store = opened(directory_.file("store"));
    for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) commit(*store, epoch);
    fs::copy(directory_.file("store"), original);  // as a kill leaves it
  }
  flip_everywhere(original, 6);
  EXPECT_GT(ends_[outcome::refused], 3);
}

TEST_F(flipped_byte, is_found_by_verifying) {
  const std::string copy = directory_.file("copy");
  {
    const auto store = opened(directory_.file("store"));
    for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) commit(*store, epoch);
    ASSERT_TRUE(store->checkpoint(copy).ok());
    EXPECT_TRUE(store->verify().ok());
  }
  const auto by_size = [](const auto& a, const auto& b) { return a.file_size() < b.file_size(); };
  std::vector<fs::directory_entry> tables;
  for (const auto& file : fs::directory_iterator(copy)) {
    if (file.path().extension() == ".sst") tables.push_back(file);
  }
  ASSERT_FALSE(tables.empty());
  {
    const auto largest = std::max_element(tables.begin(), tables.end(), by_size)->path();  // states
    std::fstream bytes(largest, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(20);
    bytes.put('!');
  }
  const auto reader = adapters::open_read_only(in(copy));
  ASSERT_TRUE(reader.ok()) << reader.error().to_string();
  const auto verified = (*reader)->verify();
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.error().code, errc::corrupt);
}

TEST_F(flipped_byte, of_a_checkpoint_there_is_none_while_commits_go_on) {
  const auto store = opened(directory_.file("store"));
  commit(*store, 1);
  const std::string copy = directory_.file("copy");
  ASSERT_TRUE(store->checkpoint(copy).ok());
  EXPECT_FALSE(store->checkpoint(copy).ok()) << "it is there already";
  commit(*store, 2);
  const auto partitions = store->partitions();
  ASSERT_EQ(partitions.size(), 1u);
  EXPECT_EQ(partitions[0].epoch, 2u);
  const auto reader = adapters::open_read_only(in(copy));
  ASSERT_TRUE(reader.ok()) << reader.error().to_string();
  EXPECT_EQ((*reader)->partitions().at(0).epoch, 1u);
  const port::row_key key{0, row_kind::state, key_of_row(3)};
  EXPECT_EQ((*reader)->load({&key, 1})->front(), content_of(1, 3));
  EXPECT_EQ((*reader)->checkpoint(directory_.file("other")).error().code, errc::invalid);
}

TEST_F(flipped_byte, store_in_use_is_seen_from_outside) {
  EXPECT_TRUE(adapters::check_unused(directory_.file("store")).ok()) << "there is none";
  {
    const auto store = opened(directory_.file("store"));
    EXPECT_EQ(adapters::check_unused(directory_.file("store")).error().code, errc::conflict);
  }
  EXPECT_TRUE(adapters::check_unused(directory_.file("store")).ok());
}

}  // namespace
}  // namespace beckon::tests
