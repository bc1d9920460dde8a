#include "adapters/nats/data_lock.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>

namespace beckon::adapters {

using namespace std::chrono_literals;

namespace {

constexpr auto between_tries = 20ms;

std::string read_holder(int file) {
  std::array<char, 200> text{};
  const auto got = ::pread(file, text.data(), text.size(), 0);
  if (got <= 0) return "an unknown process";
  return {text.data(), static_cast<std::size_t>(got)};
}

}  // namespace

result<data_lock> data_lock::take(const std::string& data_dir, duration patience) {
  const auto path = data_dir + "/lock";
  file_descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return error{errc::unavailable, std::strerror(errno), path};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return error{errc::unavailable, std::strerror(errno), path};
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return error{errc::conflict,
                   "in use by " + read_holder(file.get()) + "; waited " + to_string(patience),
                   path};
    }
    std::this_thread::sleep_for(between_tries);
  }
  data_lock made(std::move(file));
  made.name_holder(::getpid(), 0);
  return made;
}

void data_lock::name_holder(pid_t beckon, pid_t broker) {
  auto text = "process " + std::to_string(beckon);
  if (broker > 0) text += " (its broker: process " + std::to_string(broker) + ")";
  // Only for people: a lock file that cannot be written still locks.
  if (::ftruncate(file_.get(), 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(file_.get(), text.data(), text.size(), 0);
  }
}

}  // namespace beckon::adapters
