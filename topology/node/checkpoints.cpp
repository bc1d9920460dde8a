#include "topology/node/checkpoints.hpp"

#include <filesystem>
#include <utility>

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;
constexpr const char* checkpoint_prefix = "checkpoint-";

}  // namespace

void remove_checkpoints(const std::string& data) {
  std::error_code why;
  std::vector<fs::path> left;
  for (fs::directory_iterator at(data, why), end; !why && at != end; at.increment(why)) {
    if (at->path().filename().string().starts_with(checkpoint_prefix)) left.push_back(at->path());
  }
  for (const auto& path : left) fs::remove_all(path, why);
}

result<std::string> checkpoint_below(adapters::node_store& store, const std::string& data,
                                     std::uint64_t number) {
  std::error_code why;
  const fs::path mine = fs::absolute(data + "/" + checkpoint_prefix + std::to_string(number), why);
  fs::create_directory(mine, why);
  if (!why) fs::permissions(mine, fs::perms::owner_all, why);
  if (why) return error{errc::unavailable, "cannot be made: " + why.message(), mine.string()};
  const std::string directory = (mine / "state").string();
  if (auto made = store.checkpoint(directory); !made) {
    fs::remove_all(mine, why);
    return made.error();
  }
  return directory;
}

void remove_checkpoint(const std::string& directory) {
  const auto mine = fs::path(directory).parent_path();
  std::error_code why;
  if (mine.filename().string().starts_with(checkpoint_prefix)) fs::remove_all(mine, why);
}

checkpoints::checkpoints(adapters::node_store& store, std::string data)
    : store_(store),
      data_(std::move(data)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

checkpoints::~checkpoints() {
  thread_.request_stop();
  thread_.join();
  for (const auto& done : waiting_) done(error{errc::unavailable, "the node stops"});
}

void checkpoints::make(answer done) {
  const std::lock_guard hold(guard_);
  waiting_.push_back(std::move(done));
  wanted_.notify_one();
}

void checkpoints::work(const std::stop_token& stop) {
  remove_checkpoints(data_);
  while (true) {
    std::unique_lock hold(guard_);
    if (!wanted_.wait(hold, stop, [this] { return !waiting_.empty(); })) return;
    const auto done = std::move(waiting_.front());
    waiting_.pop_front();
    hold.unlock();
    done(checkpoint_below(store_, data_, ++made_));
  }
}

}  // namespace beckon::topology
