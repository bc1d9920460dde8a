// What a benchmark program prints: one figure of one run, with what it was measured on. `ops/bench`
// runs the programs several times and makes the table of medians from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace beckon::bench {

struct figure {
  std::string what;  ///< "engine alone, 10 rules"
  std::uint64_t events = 0;
  std::uint64_t users = 0;
  double to_session = 0;   ///< share of the events that reach a session, 0 to 1
  double fired = 0;        ///< firings per event
  double event_bytes = 0;  ///< of one event as it travels
  double value = 0;
  std::string unit;  ///< of `value`: "events/s"
  std::string notes;
};

/// The command line: numbers in a fixed order, and `--tsv` for a line that programs read.
class arguments {
 public:
  /// Ends the program with status 64 when an argument is neither.
  arguments(int argc, char** argv, std::string usage);

  /// The number at a place, counted from 0.
  std::uint64_t number(std::size_t place, std::uint64_t otherwise) const;
  /// A program reads what is printed.
  bool tsv() const noexcept { return tsv_; }
  /// Prints the figure on standard output.
  void print(const figure& f) const;

 private:
  std::string command_;
  std::vector<std::uint64_t> numbers_;
  bool tsv_ = false;
};

/// Ends the program with status 1, saying why.
[[noreturn]] void die(const std::string& why);

/// Memory of this process, in bytes.
struct memory {
  double resident = 0;  ///< in RAM
  double in_use = 0;    ///< allocated and not freed; the allocator may keep more
};
memory memory_now();
/// "1545 MiB RSS, 1210 in use"
std::string to_string(const memory& m);

}  // namespace beckon::bench
