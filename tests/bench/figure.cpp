#include "tests/bench/figure.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include <unistd.h>

#include "adapters/allocator/allocator.hpp"

namespace beckon::bench {
namespace {

constexpr int exit_usage = 64;

std::optional<std::uint64_t> read_number(const char* text) {
  char* end = nullptr;
  const auto number = std::strtoull(text, &end, 10);
  if (end == text || *end != '\0' || *text == '-') return std::nullopt;
  return number;
}

}  // namespace

arguments::arguments(int argc, char** argv, std::string usage)
    : command_(std::filesystem::path(argv[0]).filename().string()) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--tsv") {
      tsv_ = true;
      continue;
    }
    const auto number = read_number(argv[i]);
    if (!number) {
      std::fprintf(stderr, "usage: %s %s [--tsv]\n", command_.c_str(), usage.c_str());
      std::exit(exit_usage);
    }
    numbers_.push_back(*number);
  }
  for (const auto number : numbers_) command_ += " " + std::to_string(number);
}

std::uint64_t arguments::number(std::size_t place, std::uint64_t otherwise) const {
  return place < numbers_.size() ? numbers_[place] : otherwise;
}

void arguments::print(const figure& f) const {
  const char* form =
      tsv_ ? "%s\t%s\t%llu\t%llu\t%.4f\t%.5f\t%.0f\t%.0f\t%s\t%s\n"
           : "%s: %s, %llu events, %llu users, share to a session %.4f, firings per event %.5f, "
             "%.0f B/event: %.0f %s (%s)\n";
  std::printf(form, command_.c_str(), f.what.c_str(), static_cast<unsigned long long>(f.events),
              static_cast<unsigned long long>(f.users), f.to_session, f.fired, f.event_bytes,
              f.value, f.unit.c_str(), f.notes.empty() ? "-" : f.notes.c_str());
}

void die(const std::string& why) {
  std::fprintf(stderr, "benchmark failed: %s\n", why.c_str());
  std::exit(1);
}

memory memory_now() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  file >> pages >> resident;
  return {static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)),
          static_cast<double>(adapters::allocated_bytes())};
}

std::string to_string(const memory& m) {
  constexpr double mib = 1 << 20;
  return std::to_string(std::lround(m.resident / mib)) + " MiB RSS, " +
         std::to_string(std::lround(m.in_use / mib)) + " in use";
}

}  // namespace beckon::bench
