// What a process leaves behind when it ends by a signal: read by the next one.
#include "topology/node/progress_file.hpp"

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temporary_directory.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

class progress_in_file : public ::testing::Test {
 protected:
  std::unique_ptr<progress_file> open(std::uint32_t partitions = 2) {
    auto file = progress_file::open(directory_.path().string(), partitions);
    EXPECT_TRUE(file.ok()) << file.error().to_string();
    return file.ok() ? std::move(*file) : nullptr;
  }
  /// A process that ends over an input of partition 1, by a signal.
  void die_of(int signal, hash128 input) {
    EXPECT_EXIT(
        {
          const auto file = open();
          epoch::progress life(*file->book()->of(1));
          life.mark(input);
          std::raise(signal);
        },
        ::testing::KilledBySignal(signal), "");
  }
  tests::temporary_directory directory_;
};

TEST_F(progress_in_file, begins_with_nothing_and_is_private) {
  const auto file = open();
  EXPECT_EQ(file->book()->of(0)->failures, 0u);
  EXPECT_EQ(file->book()->of(2), nullptr);
  const auto mode =
      std::filesystem::status(progress_path(directory_.path().string())).permissions();
  EXPECT_EQ(mode & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(progress_in_file, outlives_a_crash_and_tells_it_from_a_kill) {
  die_of(SIGSEGV, {1, 1});
  EXPECT_EQ(open()->book()->of(1)->condemned, (hash128{1, 1}))
      << "the process is known to have crashed";
  EXPECT_EQ(open()->book()->of(1)->failures, 1u) << "reading it again is no failure";
  die_of(SIGKILL, {2, 2});
  const auto file = open();
  EXPECT_EQ(file->book()->of(1)->failures, 2u);
  EXPECT_EQ(file->book()->of(1)->suspect, (hash128{2, 2}));
  EXPECT_EQ(file->book()->of(1)->condemned, (hash128{1, 1})) << "anybody may be killed";
}

TEST_F(progress_in_file, of_another_number_of_partitions_is_void) {
  die_of(SIGSEGV, {1, 1});
  EXPECT_EQ(open(3)->book()->of(1)->failures, 0u);
}

}  // namespace
}  // namespace beckon::topology
