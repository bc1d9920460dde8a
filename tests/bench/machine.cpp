#include "tests/bench/machine.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/bench/figure.hpp"

namespace beckon::bench {

sync_times measure_syncs(const std::filesystem::path& directory, std::chrono::milliseconds length) {
  using clock = std::chrono::steady_clock;
  const auto path = directory / "syncs";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) die("cannot write " + path.string());
  const std::array<char, 4096> block{};
  std::vector<std::chrono::microseconds> took;
  const auto end = clock::now() + length;
  while (clock::now() < end) {
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()))
      die("cannot write " + path.string());
    const auto from = clock::now();
    if (::fdatasync(file) != 0) die("cannot sync " + path.string());
    took.push_back(std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - from));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ::close(file);
  std::filesystem::remove(path);
  if (took.empty()) return {};
  std::sort(took.begin(), took.end());
  return {took[took.size() / 2], took[took.size() * 99 / 100], took.back()};
}

std::int64_t stolen() {
  std::ifstream stat("/proc/stat");  // proc(5): cpu user nice system idle iowait irq softirq steal
  std::string name;
  stat >> name;
  std::int64_t ticks = 0;
  for (int i = 0; i < 8; ++i) stat >> ticks;
  return stat ? ticks : 0;
}

}  // namespace beckon::bench
