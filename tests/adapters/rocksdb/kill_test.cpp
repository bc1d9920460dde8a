// kill -9 in the middle of commits: what was acknowledged is there, and at most the commit in
// flight beside it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "beckon/v1/commit.pb.h"
#include "tests/adapters/rocksdb/commit_for_ever.hpp"
#include "tests/support/temporary_directory.hpp"

namespace beckon::tests {
namespace {

using port::row_kind;

constexpr std::uint64_t rounds = 5;

/// Lets a child commit until `least` more epochs are acknowledged, kills it; the last acknowledged
/// epoch.
std::uint64_t run_and_kill(const std::string& directory, std::uint64_t from, std::uint64_t least) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const std::string epoch_before = std::to_string(from);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(COMMIT_FOR_EVER, COMMIT_FOR_EVER, directory.c_str(), epoch_before.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::uint64_t acknowledged = from;
  std::uint64_t epoch = 0;
  while (acknowledged < from + least && read(ends[0], &epoch, sizeof epoch) == sizeof epoch) {
    acknowledged = epoch;
  }
  kill(child, SIGKILL);
  while (read(ends[0], &epoch, sizeof epoch) == sizeof epoch) acknowledged = epoch;
  close(ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  return acknowledged;
}

/// The last epoch of a partition, all of whose rows are there, and none of a later one.
std::uint64_t complete_epoch(port::store& store, std::uint32_t partition) {
  const auto recovered = store.recover(partition);
  EXPECT_TRUE(recovered.ok());
  v1::CommitRecord header;
  EXPECT_TRUE(header.ParseFromString(recovered->last_record));
  std::uint64_t rows = 0;
  EXPECT_TRUE(store
                  .scan(partition, row_kind::state, "",
                        [&](row_kind, auto, auto content) {
                          EXPECT_EQ(content, row_content());
                          ++rows;
                          return true;
                        })
                  .ok());
  EXPECT_EQ(rows, header.epoch() * rows_per_epoch);
  return header.epoch();
}

TEST(rocksdb_store_killed, keeps_what_it_acknowledged_and_at_most_the_commit_in_flight) {
  const temporary_directory directory;
  adapters::rocksdb_options options;
  options.directory = directory.file("store");
  std::uint64_t last = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t acknowledged = run_and_kill(options.directory, last, 20 + 13 * round);
    ASSERT_GE(acknowledged, last + 20 + 13 * round);
    const auto store = adapters::open_store(options);
    ASSERT_TRUE(store.ok()) << store.error().to_string();
    last = complete_epoch(**store, 0);
    EXPECT_GE(last, acknowledged);
    EXPECT_LE(last, acknowledged + 1);
    EXPECT_EQ(complete_epoch(**store, 1), last) << "records of one commit stand or fall together";
  }
}

}  // namespace
}  // namespace beckon::tests
