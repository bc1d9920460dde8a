#include "topology/run_file.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_directory.hpp"

namespace beckon::topology {
namespace {

class run_file_test : public ::testing::Test {
 protected:
  tests::temporary_directory directory_;
  std::string data_ = directory_.path().string();
};

TEST_F(run_file_test, comes_back_as_written_and_only_its_user_may_read_it) {
  const run_file written{
      ::getpid(), "http://127.0.0.1:1", "http://127.0.0.1:1/metrics", "nats://127.0.0.1:2", "t",
      "event", "opens"};
  ASSERT_TRUE(write_run_file(data_, written));
  const auto read = read_run_file(data_);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, written);
  struct stat info {};
  ASSERT_EQ(::stat((data_ + "/run.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(run_file_test, is_no_node_once_removed) {
  ASSERT_TRUE(write_run_file(data_, {::getpid(), "", "", "", "", "", ""}));
  remove_run_file(data_);
  EXPECT_EQ(read_run_file(data_).error().code, errc::not_found);
}

TEST_F(run_file_test, knows_that_its_node_is_gone) {
  ASSERT_TRUE(write_run_file(data_, {0, "", "", "", "", "", ""}));
  EXPECT_EQ(read_run_file(data_).error().code, errc::unavailable);
}

TEST_F(run_file_test, refuses_what_is_no_json) {
  std::ofstream(data_ + "/run.json") << "{";
  EXPECT_EQ(read_run_file(data_).error().code, errc::corrupt);
}

}  // namespace
}  // namespace beckon::topology
