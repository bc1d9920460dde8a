#include "adapters/rocksdb/ingest_log.hpp"

#include <filesystem>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/rocksdb/failing_disk.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct ingest_log : ::testing::Test {
  ingest_log() { options.directory = (directory.path() / "ingest").string(); }

  std::unique_ptr<port::ingest_log> opened() const {
    auto log = adapters::open_ingest_log(options);
    EXPECT_TRUE(log.ok()) << log.error().to_string();
    return std::move(*log);
  }
  static result<void> append(port::ingest_log& log, const std::string& door,
                             std::vector<port::logged_event> events) {
    std::promise<result<void>> done;
    log.append(door, std::move(events), [&](result<void> how) { done.set_value(std::move(how)); });
    return done.get_future().get();
  }
  static std::vector<std::string> texts(port::ingest_log& log, const std::string& door,
                                        std::uint64_t after = 0) {
    std::vector<std::string> out;
    EXPECT_TRUE(log.read(door, after,
                         [&](std::uint64_t position, std::string_view bytes) {
                           out.push_back(std::to_string(position) + ":" + std::string(bytes));
                           return true;
                         })
                    .ok());
    return out;
  }

  temporary_directory directory;
  adapters::ingest_log_options options;
};

TEST_F(ingest_log, keeps_each_doors_events_in_order_over_a_restart) {
  {
    const auto log = opened();
    ASSERT_TRUE(append(*log, "http/a", {{1, "one"}, {2, "two"}}).ok());
    ASSERT_TRUE(append(*log, "http/ab", {{7, "seven"}}).ok());
    ASSERT_TRUE(append(*log, "http/a", {{300, "three hundred"}}).ok());
  }
  const auto log = opened();
  EXPECT_THAT(texts(*log, "http/a"), ElementsAre("1:one", "2:two", "300:three hundred"));
  EXPECT_THAT(texts(*log, "http/a", 2), ElementsAre("300:three hundred"));
  EXPECT_THAT(texts(*log, "http/a", 300), IsEmpty());
  EXPECT_THAT(texts(*log, "http/ab"), ElementsAre("7:seven"));
  EXPECT_EQ(*log->last("http/a"), 300u);
  EXPECT_EQ(*log->last("http/ab"), 7u);
  EXPECT_EQ(*log->last("http/b"), 0u);
  EXPECT_EQ(*log->last("h"), 0u);
}

TEST_F(ingest_log, answers_everyone_who_waits_once) {
  const auto log = opened();
  constexpr int callers = 200;
  std::vector<std::promise<bool>> done(callers);
  for (int i = 0; i < callers; ++i) {
    log->append("d", {{std::uint64_t(i) + 1, "x"}},
                [&done, i](const result<void>& how) { done[std::size_t(i)].set_value(how.ok()); });
  }
  for (auto& d : done) EXPECT_TRUE(d.get_future().get());
  EXPECT_THAT(texts(*log, "d"), SizeIs(callers));
}

TEST_F(ingest_log, the_oldest_go_when_there_is_more_than_may_be_kept) {
  options.kept_bytes = 1 << 20;
  const auto log = opened();
  const std::string event(1000, 'e');
  std::uint64_t last = 0;
  for (int batch = 0; batch < 100; ++batch) {
    std::vector<port::logged_event> events;
    for (int i = 0; i < 100; ++i) events.push_back({++last, event});
    ASSERT_TRUE(append(*log, "d", std::move(events)).ok());
  }
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  ASSERT_TRUE(log->read("d", 0,
                        [&](std::uint64_t position, std::string_view) {
                          if (first == 0) first = position;
                          ++count;
                          return true;
                        })
                  .ok());
  EXPECT_GT(first, last / 2) << "ten times as much was written";
  EXPECT_EQ(count, last - first + 1) << "what is left has no gap";
  EXPECT_GE(count * event.size(), options.kept_bytes / 2);
}

TEST_F(ingest_log, a_full_disk_is_said_and_needs_no_hands_once_it_has_room) {
  failing_disk disk;
  options.environment = disk.environment();
  const auto log = opened();
  ASSERT_TRUE(append(*log, "d", {{1, "one"}}).ok());
  disk.full(true);
  EXPECT_EQ(append(*log, "d", {{2, "two"}}).error().code, errc::exhausted);
  EXPECT_FALSE(append(*log, "d", {{3, "three"}}).ok());
  disk.full(false);
  ASSERT_TRUE(append(*log, "d", {{4, "four"}}).ok());
  EXPECT_EQ(texts(*log, "d").front(), "1:one");
  EXPECT_EQ(texts(*log, "d").back(), "4:four");
}

TEST_F(ingest_log, has_no_log_of_rocksdb_that_a_full_disk_could_end_it_by) {
  const auto log = opened();
  EXPECT_FALSE(std::filesystem::exists(options.directory + "/LOG"));
}

/// Twenty callers at once: the first sync is of some of them, the others find the log broken.
TEST_F(ingest_log, after_a_failed_sync_nothing_is_taken_until_it_is_opened_by_another) {
  failing_disk disk;
  options.environment = disk.environment();
  {
    const auto log = opened();
    ASSERT_TRUE(append(*log, "d", {{1, "one"}}).ok());
    disk.failing_syncs(true);
    std::vector<std::promise<result<void>>> done(20);
    for (std::uint64_t i = 0; i < done.size(); ++i) {
      log->append("d", {{i + 2, "x"}},
                  [&done, i](result<void> how) { done[i].set_value(std::move(how)); });
    }
    for (auto& d : done) EXPECT_EQ(d.get_future().get().error().code, errc::internal);
    disk.failing_syncs(false);
    EXPECT_EQ(append(*log, "e", {{1, "one"}}).error().code, errc::internal)
        << "the disk that lies once is not believed again";
    EXPECT_EQ(log->last("d").error().code, errc::unavailable)
        << "what was not synced is not read either";
  }
  const auto next = opened();
  EXPECT_EQ(texts(*next, "d").front(), "1:one") << "what was promised";
  EXPECT_TRUE(append(*next, "d", {{100, "hundred"}}).ok());
  EXPECT_EQ(*next->last("d"), 100u);
}

TEST_F(ingest_log, a_second_opening_is_told_that_it_is_in_use) {
  const auto first = opened();
  const auto second = adapters::open_ingest_log(options);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, errc::conflict);
}

TEST_F(ingest_log, its_directory_is_private) {
  const auto log = opened();
  EXPECT_EQ(std::filesystem::status(options.directory).permissions(),
            std::filesystem::perms::owner_all);
}

}  // namespace
}  // namespace beckon::tests
