// Rows of items on the disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "tests/adapters/rocksdb/failing_disk.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

using ::testing::ElementsAre;

class items_on_disk : public ::testing::Test {
 protected:
  items_on_disk() { options_.directory = directory_.file("store"); }

  std::unique_ptr<adapters::node_store> opened(bool read_only = false) {
    auto store = read_only ? adapters::open_read_only(options_) : adapters::open_store(options_);
    EXPECT_TRUE(store.ok()) << store.error().to_string();
    return std::move(*store);
  }
  static std::vector<std::string> all(port::item_store& store) {
    std::vector<std::string> rows;
    EXPECT_TRUE(store.scan_items([&](auto kind, auto id, auto content) {
      rows.push_back(std::string(kind) + "/" + std::string(id) + "=" + std::string(content));
      return true;
    }));
    return rows;
  }

  temporary_directory directory_;
  adapters::rocksdb_options options_;
  const port::stream_offset at_seven_{123, 7, -5};
  const std::vector<port::item_row> rows_ = {
      {{"shop", "1"}, "s"}, {{"item", "b"}, "x"}, {{"item", std::string("\0\xFF", 2)}, "y"}};
};

TEST_F(items_on_disk, are_there_after_a_restart_with_their_offset) {
  {
    const auto store = opened();
    EXPECT_EQ(*store->items_saved_to(), port::stream_offset{});
    EXPECT_TRUE(all(*store).empty());
    ASSERT_TRUE(store->save_items(rows_, at_seven_, false));
  }
  const auto store = opened();
  EXPECT_EQ(*store->items_saved_to(), at_seven_);
  EXPECT_THAT(all(*store), ElementsAre(std::string("item/\0\xFF=y", 9), "item/b=x", "shop/1=s"));
}

TEST_F(items_on_disk, are_found_by_kind_and_id) {
  const auto store = opened();
  ASSERT_TRUE(store->save_items(rows_, at_seven_, true));
  const std::vector<port::item_key> keys = {{"item", "b"}, {"item", "c"}, {"shop", "b"}};
  EXPECT_THAT(*store->load_items(keys), ElementsAre("x", std::nullopt, std::nullopt));
  const std::vector<port::item_row> changed = {{{"item", "b"}, "z"}};
  ASSERT_TRUE(store->save_items(changed, {123, 8, 0}, false));
  EXPECT_EQ(store->load_items(keys)->front(), "z");
  EXPECT_EQ(store->items_saved_to()->sequence, 8u);
}

TEST_F(items_on_disk, can_be_looked_at_beside_the_writer_and_not_changed_there) {
  const auto writer = opened();
  ASSERT_TRUE(writer->save_items(rows_, at_seven_, false));
  const auto reader = opened(true);
  EXPECT_EQ(all(*reader).size(), 3u);
  EXPECT_EQ(reader->save_items(rows_, at_seven_, false).error().code, errc::invalid);
}

TEST_F(items_on_disk, of_a_full_disk_are_saved_after_reopening) {
  failing_disk disk;
  options_.environment = disk.environment();
  const auto store = opened();
  disk.full(true);
  EXPECT_EQ(store->save_items(rows_, at_seven_, true).error().code, errc::exhausted);
  disk.full(false);
  EXPECT_EQ(store->save_items(rows_, at_seven_, true).error().code, errc::exhausted)
      << "what the disk holds is not known before it is opened again";
  ASSERT_TRUE(store->reopen());
  ASSERT_TRUE(store->save_items(rows_, at_seven_, true));
  EXPECT_EQ(*store->items_saved_to(), at_seven_);
}

}  // namespace
}  // namespace beckon::tests
