// What only the store on disk has to face: locks, damage, full and failing disks, retention,
// readers beside the writer.
#include "adapters/rocksdb/rocksdb_store.hpp"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/rocksdb/seen_hours.hpp"
#include "beckon/v1/track.pb.h"
#include "tests/adapters/rocksdb/failing_disk.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

namespace fs = std::filesystem;
using adapters::rocksdb_options;
using port::row_kind;
using testing::ElementsAre;
using testing::HasSubstr;

class rocksdb_store : public testing::Test {
 protected:
  rocksdb_store() { options_.directory = directory_.file("store"); }

  std::unique_ptr<port::store> opened() {
    auto store = adapters::open_store(options_);
    EXPECT_TRUE(store.ok()) << store.error().to_string();
    return std::move(*store);
  }

  static result<void> commit(port::store& store, const commit_record& record) {
    const std::string bytes = record.bytes();
    return store.commit({&bytes, 1});
  }

  /// Files of the store whose names end so, newest name last.
  std::vector<fs::path> files(const std::string& ending) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(options_.directory)) {
      if (entry.path().extension() == ending) out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  static void flip_byte(const fs::path& file, std::size_t at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(at));
    const char was = static_cast<char>(stream.get());
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(was ^ 0x40));
    ASSERT_TRUE(stream.good());
  }

  static std::size_t place_of(const fs::path& file, const std::string& text) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    return bytes.find(text);
  }

  temporary_directory directory_;
  rocksdb_options options_;
};

TEST_F(rocksdb_store, a_second_opening_is_told_that_the_store_is_in_use) {
  const auto first = opened();
  const auto second = adapters::open_store(options_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, errc::conflict);
  EXPECT_THAT(second.error().to_string(), HasSubstr(options_.directory));
}

TEST_F(rocksdb_store, a_new_directory_is_private) {
  const auto store = opened();
  EXPECT_EQ(fs::status(options_.directory).permissions(), fs::perms::owner_all);
}

TEST_F(rocksdb_store, can_be_read_beside_its_writer) {
  const auto writer = opened();
  ASSERT_TRUE(commit(*writer, commit_record(0, 1).row(row_kind::dead_letter, "d", "x")).ok());
  const auto reader = adapters::open_read_only(options_);
  ASSERT_TRUE(reader.ok()) << reader.error().to_string();
  std::vector<std::string> keys;
  ASSERT_TRUE((*reader)
                  ->scan(0, row_kind::dead_letter, "",
                         [&](row_kind, auto key, auto) {
                           keys.emplace_back(key);
                           return true;
                         })
                  .ok());
  EXPECT_THAT(keys, ElementsAre("d"));
  EXPECT_EQ(commit(**reader, commit_record(0, 2)).error().code, errc::invalid);
  EXPECT_EQ((*reader)->reopen().error().code, errc::invalid);
  EXPECT_TRUE(commit(*writer, commit_record(0, 2)).ok());
}

TEST_F(rocksdb_store, reading_what_is_not_there_is_an_error_and_makes_nothing) {
  EXPECT_FALSE(adapters::open_read_only(options_).ok());
  EXPECT_FALSE(fs::exists(options_.directory));
}

TEST_F(rocksdb_store, a_damaged_commit_in_the_log_is_an_error_and_not_a_quiet_way_back) {
  {
    const auto store = opened();
    for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
      const std::string content = "content of epoch " + std::to_string(epoch);
      ASSERT_TRUE(commit(*store, commit_record(0, epoch).row(row_kind::state, "a", content)).ok());
    }
  }
  const auto logs = files(".log");
  ASSERT_FALSE(logs.empty());
  flip_byte(logs.back(), place_of(logs.back(), "content of epoch 2"));
  const auto damaged = adapters::open_store(options_);
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().code, errc::corrupt);

  options_.accept_damaged_log = true;
  const auto store = opened();
  const port::row_key key{0, row_kind::state, "a"};
  EXPECT_THAT(*store->load({&key, 1}), ElementsAre("content of epoch 1"));
}

TEST_F(rocksdb_store, a_flipped_byte_in_a_table_is_an_error_and_not_wrong_data) {
  const std::string content = "content that will be damaged";
  {
    const auto store = opened();
    ASSERT_TRUE(commit(*store, commit_record(0, 1).row(row_kind::state, "a", content)).ok());
  }
  { const auto flushes_the_log_into_tables = opened(); }
  for (const fs::path& table : files(".sst")) {
    const std::size_t at = place_of(table, content);
    if (at != std::string::npos) flip_byte(table, at + 3);
  }
  const auto store = opened();
  const port::row_key key{0, row_kind::state, "a"};
  const auto loaded = store->load({&key, 1});
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, errc::corrupt);
  const auto scanned =
      store->scan(0, row_kind::state, "", [](row_kind, auto, auto) { return true; });
  EXPECT_EQ(scanned.error().code, errc::corrupt);
}

TEST_F(rocksdb_store, a_full_disk_refuses_commits_until_it_has_room_and_is_reopened) {
  failing_disk disk;
  options_.environment = disk.environment();
  const auto store = opened();
  ASSERT_TRUE(commit(*store, commit_record(0, 1).row(row_kind::state, "a", "1")).ok());
  const commit_record second = commit_record(0, 2).row(row_kind::state, "a", "2");
  disk.full(true);
  EXPECT_EQ(commit(*store, second).error().code, errc::exhausted);
  EXPECT_EQ(store->reopen().error().code, errc::exhausted);
  EXPECT_EQ(commit(*store, second).error().code, errc::unavailable);
  disk.full(false);
  ASSERT_TRUE(store->reopen().ok());
  ASSERT_TRUE(commit(*store, second).ok());
  const port::row_key key{0, row_kind::state, "a"};
  EXPECT_THAT(*store->load({&key, 1}), ElementsAre("2"));
}

TEST_F(rocksdb_store, has_no_log_of_rocksdb_that_a_full_disk_could_end_it_by) {
  const auto store = opened();
  EXPECT_FALSE(std::filesystem::exists(options_.directory + "/LOG"));
}

TEST_F(rocksdb_store, a_failed_sync_is_final) {
  failing_disk disk;
  options_.environment = disk.environment();
  const auto store = opened();
  ASSERT_TRUE(commit(*store, commit_record(0, 1)).ok());
  disk.failing_syncs(true);
  EXPECT_EQ(commit(*store, commit_record(0, 2)).error().code, errc::internal);
  disk.failing_syncs(false);
  EXPECT_EQ(commit(*store, commit_record(0, 2)).error().code, errc::internal);
  EXPECT_EQ(store->reopen().error().code, errc::internal);
}

TEST_F(rocksdb_store, published_decisions_go_by_the_hour_when_their_time_is_over) {
  constexpr std::int64_t hour = 3'600'000;
  options_.decisions_kept = std::chrono::hours{2};
  auto store = opened();
  const auto kept = [&] {
    std::vector<std::uint64_t> epochs;
    EXPECT_TRUE(store
                    ->decisions(0, 0,
                                [&](std::string_view bytes) {
                                  v1::TrackBatch batch;
                                  EXPECT_TRUE(batch.ParseFromString(std::string(bytes)));
                                  epochs.push_back(batch.epoch());
                                  return true;
                                })
                    .ok());
    return epochs;
  };
  for (std::uint64_t epoch = 1; epoch <= 4; ++epoch) {
    const auto at = static_cast<std::int64_t>(epoch) * hour;
    ASSERT_TRUE(commit(*store, commit_record(0, epoch).decision("r", at)).ok());
  }
  EXPECT_THAT(kept(), ElementsAre(1, 2, 3, 4)) << "unpublished ones are kept";
  store.reset();
  store = opened();
  ASSERT_TRUE(commit(*store, commit_record(0, 5).tracked_up_to(4)).ok());
  EXPECT_THAT(kept(), ElementsAre(2, 3, 4));
  ASSERT_TRUE(commit(*store, commit_record(0, 6).decision("r", 9 * hour).tracked_up_to(5)).ok());
  EXPECT_THAT(kept(), ElementsAre(6));
}

class seen_hour : public rocksdb_store {
 protected:
  /// A store with three chunks of hour 10 and one of hour 11, closed.
  void fill() {
    const auto store = opened();
    ASSERT_TRUE(commit(*store, commit_record(0, 1).seen(10, c_ + a_)).ok());
    ASSERT_TRUE(commit(*store, commit_record(0, 2).seen(10, b_)).ok());
    ASSERT_TRUE(commit(*store, commit_record(0, 3).seen(10, a_)).ok());
  }

  /// What is left of hour 10 when a record is committed between planning its joining and doing it.
  std::vector<port::seen_row> joined_around(commit_record meanwhile) {
    fill();
    const auto db = adapters::database::open(options_, false);
    auto planned = adapters::plan_rewrite(**db, {0, 10, 3});
    EXPECT_TRUE(planned.ok() && planned->has_value());
    adapters::partition_states states = *adapters::load_states(**db);
    adapters::commit_batch batch(**db, states, std::chrono::hours{1});
    EXPECT_TRUE(batch.add(meanwhile.bytes()).ok());
    EXPECT_TRUE((*db)->db().Write({}, &batch.writes()).ok());
    EXPECT_TRUE(adapters::apply_rewrite(**db, **planned).ok());
    return adapters::read_seen(**db, 0, 4)->rows;
  }

  const std::string a_ = std::string(16, 'a');
  const std::string b_ = std::string(16, 'b');
  const std::string c_ = std::string(16, 'c');
};

TEST_F(seen_hour, becomes_one_row_in_its_order_and_leaves_later_rows_alone) {
  fill();
  const auto db = adapters::database::open(options_, false);
  ASSERT_TRUE(db.ok());
  auto planned = adapters::plan_rewrite(**db, {0, 10, 2});
  ASSERT_TRUE(planned.ok() && planned->has_value());
  ASSERT_TRUE(adapters::apply_rewrite(**db, **planned).ok());
  const auto seen = adapters::read_seen(**db, 0, 3);
  ASSERT_TRUE(seen.ok());
  EXPECT_THAT(seen->rows,
              ElementsAre(port::seen_row{10, c_ + a_ + b_, 2}, port::seen_row{10, a_, 3}));
}

TEST_F(seen_hour, is_joined_to_rows_of_a_bounded_size_and_never_twice) {
  const std::string half(std::size_t{16} * 40'000, 'h');
  {
    const auto store = opened();
    for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
      const auto latest = from_ms(static_cast<std::int64_t>(10 - epoch));
      ASSERT_TRUE(commit(*store, commit_record(0, epoch).seen(10, a_, latest)).ok());
    }
    ASSERT_TRUE(commit(*store, commit_record(0, 4).seen(10, half, from_ms(20))).ok());
    ASSERT_TRUE(commit(*store, commit_record(0, 5).seen(10, half, from_ms(21))).ok());
    ASSERT_TRUE(commit(*store, commit_record(0, 6).seen(10, b_)).ok()) << "one without arrivals";
    ASSERT_TRUE(commit(*store, commit_record(0, 7).seen(11, c_)).ok());
  }
  const auto db = adapters::database::open(options_, false);
  ASSERT_TRUE(db.ok());
  if (auto planned = adapters::plan_rewrite(**db, {0, 10, 7}); planned.ok() && *planned) {
    ASSERT_TRUE(adapters::apply_rewrite(**db, **planned).ok());
  }
  const auto seen = adapters::read_seen(**db, 0, 7);
  ASSERT_TRUE(seen.ok());
  EXPECT_THAT(seen->rows, ElementsAre(port::seen_row{10, a_ + a_ + a_ + half, 4, from_ms(20)},
                                      port::seen_row{10, half, 5, from_ms(21)},
                                      port::seen_row{10, b_, 6}, port::seen_row{11, c_, 7}));
  EXPECT_TRUE(seen->loose.empty());
  const auto again = adapters::plan_rewrite(**db, {0, 10, 7});
  EXPECT_TRUE(again.ok() && !again->has_value());
}

TEST_F(seen_hour, is_left_as_it_is_when_a_part_was_dropped_meanwhile) {
  EXPECT_THAT(joined_around(commit_record(0, 4).drop_below(10, 3)),
              ElementsAre(port::seen_row{10, a_, 3}));
}

TEST_F(seen_hour, that_was_dropped_meanwhile_does_not_come_back) {
  EXPECT_THAT(joined_around(commit_record(0, 4).drop_hour(10)), ElementsAre());
}

TEST_F(seen_hour, ends_when_the_next_begins) {
  fill();
  const auto db = adapters::database::open(options_, false);
  ASSERT_TRUE(db.ok());
  const adapters::partition_states states = *adapters::load_states(**db);
  adapters::commit_batch batch(**db, states, std::chrono::hours{1});
  ASSERT_TRUE(batch.add(commit_record(0, 4).seen(10, a_).bytes()).ok());
  EXPECT_TRUE(batch.ended().empty());
  ASSERT_TRUE(batch.add(commit_record(0, 5).seen(11, a_).bytes()).ok());
  ASSERT_EQ(batch.ended().size(), 1u);
  EXPECT_EQ(batch.ended().front().hour, 10);
  EXPECT_EQ(batch.ended().front().up_to_epoch, 5u);
}

TEST_F(seen_hour, keys_survive_the_rewriting_whenever_it_happens) {
  {
    const auto store = opened();
    for (std::uint64_t epoch = 1; epoch <= 50; ++epoch) {
      std::string key = a_;
      key[0] = static_cast<char>(epoch);
      ASSERT_TRUE(
          commit(*store, commit_record(0, epoch).seen(static_cast<std::int64_t>(epoch / 10), key))
              .ok());
    }
  }
  const auto store = opened();
  for (int i = 0; i < 3; ++i) {
    const auto recovered = store->recover(0);
    ASSERT_TRUE(recovered.ok());
    std::size_t keys = 0;
    for (const auto& row : recovered->seen) keys += row.keys.size() / 16;
    EXPECT_EQ(keys, 50u);
  }
}

}  // namespace
}  // namespace beckon::tests
