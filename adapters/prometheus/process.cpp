#include "adapters/prometheus/process.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace beckon::adapters {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

/// The fields of /proc/self/stat that follow the program's name (which may hold blanks), from field
/// 3 on (proc(5)).
std::vector<std::string> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(text.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), std::istream_iterator<std::string>()};
}

/// When the machine started, in seconds since 1970.
std::optional<double> read_boot_time() {
  std::ifstream file("/proc/stat");
  std::string word;
  double seconds = 0;
  while (file >> word) {
    if (word == "btime" && file >> seconds) return seconds;
  }
  return std::nullopt;
}

std::optional<double> count_open_files() {
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return std::nullopt;
  double count = 0;
  while (const dirent* entry = readdir(folder)) {
    if (entry->d_name[0] != '.') ++count;
  }
  closedir(folder);
  return count - 1;  // the folder's own
}

void add(std::vector<MetricFamily>& out, std::string name, std::string help, MetricType type,
         std::optional<double> figure) {
  if (!figure) return;
  MetricFamily family{std::move(name), std::move(help), type, {}};
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = *figure;
  family.metric.push_back(std::move(metric));
  out.push_back(std::move(family));
}

}  // namespace

std::vector<MetricFamily> describe_process() {
  constexpr std::size_t user_time = 11, system_time = 12, start_time = 19, resident_pages = 21;
  const std::vector<std::string> stat = read_stat();
  const auto field = [&](std::size_t i) -> std::optional<double> {
    return i < stat.size() ? std::optional(std::strtod(stat[i].c_str(), nullptr)) : std::nullopt;
  };
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  std::vector<MetricFamily> out;
  if (stat.size() > resident_pages) {
    add(out, "process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge,
        *field(resident_pages) * page);
    add(out, "process_cpu_seconds_total", "User and system processor time spent in seconds.",
        MetricType::Counter, (*field(user_time) + *field(system_time)) / ticks);
    if (const auto boot = read_boot_time()) {
      add(out, "process_start_time_seconds", "Start of the process in seconds since 1970.",
          MetricType::Gauge, *boot + *field(start_time) / ticks);
    }
  }
  add(out, "process_open_fds", "Open file descriptors.", MetricType::Gauge, count_open_files());
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    add(out, "process_max_fds", "Most file descriptors that may be open.", MetricType::Gauge,
        static_cast<double>(limit.rlim_cur));
  }
  return out;
}

}  // namespace beckon::adapters
