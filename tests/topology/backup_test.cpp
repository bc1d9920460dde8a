// beckon backup and restore without a node: what comes back, what is refused, and that nothing is
// ever put over what is there.
#include "topology/backup/backup.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/nats/data_lock.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "tests/support/commit_records.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/topology/command_fixture.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr auto kind = port::row_kind::state;
const timestamp now = from_ms(1'700'000'000'000);

void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << text;
}

std::unique_ptr<adapters::node_store> open(const std::string& data) {
  adapters::rocksdb_options options;
  options.directory = state_directory(data);
  auto store = adapters::open_store(options);
  EXPECT_TRUE(store.ok()) << store.error().to_string();
  return store.ok() ? std::move(*store) : nullptr;
}

void commit(const std::string& data, std::uint32_t partition, std::uint64_t epoch,
            const std::string& content) {
  const std::string bytes =
      tests::commit_record(partition, epoch).row(kind, "0123456789abcdef", content).bytes();
  EXPECT_TRUE(open(data)->commit({&bytes, 1}).ok());
}

std::string state_in(const std::string& data, std::uint32_t partition) {
  const port::row_key key{partition, kind, "0123456789abcdef"};
  const auto rows = open(data)->load({&key, 1});
  EXPECT_TRUE(rows.ok());
  return rows.ok() ? rows->front().value_or("nothing") : "an error";
}

class backup : public ::testing::Test {
 protected:
  backup() {
    write(conf_ + "/beckon.yaml", "partitions: 2\n");
    write(conf_ + "/catalogue.yaml", "events:\n  hello: {}\n");
    commit(data_, 0, 1, "state of 0");
    commit(data_, 1, 1, "state of 1");
    write(data_ + "/look_backs.json", "{\"look\":1}\n");
  }
  backup_manifest make(const std::string& to) {
    const std::string copy = directory_.file("checkpoint");
    EXPECT_TRUE(open(data_)->checkpoint(copy).ok());
    auto made = make_backup({data_, copy, to, "0.1.0", "node-1", 2, now}, {});
    fs::remove_all(copy);
    EXPECT_TRUE(made.ok()) << made.error().to_string();
    return made.ok() ? *made : backup_manifest{};
  }
  result<restored> restore(bool force = false, std::uint32_t partitions = 2) {
    return restore_backup({out_, data_, partitions, force, now}, {});
  }
  static void expect_refused(const result<restored>& r, errc code, const std::string& why) {
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(r.error().code, code) << r.error().to_string();
    EXPECT_THAT(r.error().to_string(), HasSubstr(why));
  }
  /// A byte in the middle of the first file whose name ends so is another one.
  static void damage(const std::string& directory, const std::string& end) {
    for (const auto& file : fs::recursive_directory_iterator(directory)) {
      if (!file.path().string().ends_with(end) || file.file_size() == 0) continue;
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      const auto at = static_cast<std::streamoff>(file.file_size() / 2);
      bytes.seekg(at);
      const char old = static_cast<char>(bytes.get());
      bytes.seekp(at);
      bytes.put(static_cast<char>(old ^ 0x40));
      return;
    }
    FAIL() << "no file " << end;
  }

  tests::temporary_directory directory_;
  const std::string conf_ = directory_.path().string();
  const std::string data_ = conf_ + "/data";
  const std::string out_ = conf_ + "/backup";
};

TEST_F(backup, says_what_is_in_it) {
  const auto made = make(out_);
  EXPECT_EQ(made.epochs, (std::vector<backup_epoch>{{0, 1}, {1, 1}}));
  EXPECT_EQ(*read_manifest(out_), made);
  EXPECT_GT(made.bytes(), 0u);
  EXPECT_EQ(fs::status(out_).permissions() & fs::perms::all, fs::perms::owner_all);
}

TEST_F(backup, is_restored_where_nothing_is) {
  make(out_);
  fs::remove_all(data_);
  fs::create_directories(data_);
  const auto done = restore();
  ASSERT_TRUE(done.ok()) << done.error().to_string();
  EXPECT_EQ(done->moved_to, "");
  EXPECT_EQ(state_in(data_, 0), "state of 0");
  EXPECT_EQ(state_in(data_, 1), "state of 1");
  EXPECT_TRUE(fs::exists(data_ + "/look_backs.json"));
  for (const auto& entry : fs::directory_iterator(data_))
    EXPECT_FALSE(entry.path().filename().string().starts_with("restoring")) << entry.path();
}

TEST_F(backup, goes_on_with_epochs_that_no_earlier_life_had) {
  make(out_);
  commit(data_, 0, 2, "later");
  ASSERT_TRUE(restore(true).ok());
  const auto store = open(data_);
  const auto partitions = store->partitions();
  ASSERT_EQ(partitions.size(), 2u);
  const auto epoch = partitions[0].epoch;
  EXPECT_GT(epoch, 1'000'000u);
  tests::commit_record next(0, epoch + 1);
  const auto bytes = next.bytes();
  EXPECT_TRUE(store->commit({&bytes, 1}).ok()) << "the chain goes on";
}

TEST_F(backup, is_not_put_over_what_is_there) {
  make(out_);
  commit(data_, 0, 2, "later");
  expect_refused(restore(), errc::conflict, "--force");
  EXPECT_EQ(state_in(data_, 0), "later");
  const auto done = restore(true);
  ASSERT_TRUE(done.ok()) << done.error().to_string();
  EXPECT_EQ(state_in(data_, 0), "state of 0");
  fs::create_directories(conf_ + "/old");
  fs::rename(done->moved_to + "/state", conf_ + "/old/state");
  EXPECT_EQ(state_in(conf_ + "/old", 0), "later") << "moved aside, whole";
}

TEST_F(backup, that_is_damaged_is_refused_and_nothing_changes) {
  make(out_);
  damage(out_, ".sst");
  expect_refused(restore(true), errc::corrupt, "not what was written");
  EXPECT_EQ(state_in(data_, 0), "state of 0");
  fs::remove(out_ + "/look_backs.json");
  make(out_ + "2");
  fs::remove(out_ + "2/look_backs.json");
  expect_refused(restore_backup({out_ + "2", data_, 2, true, now}, {}), errc::corrupt, "missing");
}

TEST_F(backup, of_a_damaged_store_is_none) {
  const std::string copy = directory_.file("checkpoint");
  ASSERT_TRUE(open(data_)->checkpoint(copy).ok());
  damage(copy, ".sst");
  const auto made = make_backup({data_, copy, out_, "0.1.0", "node-1", 2, now}, {});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, errc::corrupt);
  expect_refused(restore(true), errc::not_found, "no backup");
}

TEST_F(backup, of_another_form_or_shape_is_refused_clearly) {
  auto made = make(out_);
  expect_refused(restore(true, 4), errc::invalid, "partitions");
  made.format = backup_format + 1;
  made.beckon = "9.0";
  ASSERT_TRUE(write_manifest(out_, made).ok());
  expect_refused(restore(true), errc::invalid, "made by a newer Beckon (9.0");
}

TEST_F(backup, that_names_files_elsewhere_is_refused) {
  auto made = make(out_);
  made.files.push_back({"../../elsewhere", 0, ""});
  ASSERT_TRUE(write_manifest(out_, made).ok());
  expect_refused(restore(true), errc::corrupt, "outside");
}

TEST_F(backup, is_not_restored_under_whoever_uses_the_data) {
  make(out_);
  {
    const auto store = open(data_);
    expect_refused(restore(true), errc::conflict, "another process uses this store");
  }
  const auto lock = adapters::data_lock::take(data_, duration{0});
  ASSERT_TRUE(lock.ok());
  expect_refused(restore(true), errc::conflict, "in use by");
}

TEST_F(backup, is_not_written_into_a_directory_that_holds_something) {
  write(out_ + "/mine", "x");
  const std::string copy = directory_.file("checkpoint");
  ASSERT_TRUE(open(data_)->checkpoint(copy).ok());
  const auto made = make_backup({data_, copy, out_, "0.1.0", "node-1", 2, now}, {});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, errc::conflict);
}

TEST_F(backup, is_restored_by_the_command) {
  make(out_);
  const auto refused = run_words({"restore", out_, "-c", conf_});
  EXPECT_EQ(refused.exit, exit_unavailable);
  EXPECT_THAT(refused.err, HasSubstr("--force"));
  const auto done = run_words({"restore", out_, "-c", conf_, "--force", "--output", "json"});
  ASSERT_EQ(done.exit, 0) << done.err;
  const auto said = json::parse(done.out);
  EXPECT_EQ(said["partitions"], 2);
  EXPECT_TRUE(said.contains("moved_to"));
  damage(out_, ".sst");
  EXPECT_EQ(run_words({"restore", out_, "-c", conf_, "--force"}).exit, 65);
}

}  // namespace
}  // namespace beckon::topology
