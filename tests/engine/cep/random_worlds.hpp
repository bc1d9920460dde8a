// Random rules of the first part of the language and random inputs for them, small alphabets, many
// ties.
#pragma once

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "engine/access/event.hpp"

namespace beckon::cep::testing {

class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  const char* any_of(const std::vector<const char*>& words) {
    return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

/// The text of a rule; a few are refused by the compiler.
std::string random_rule(dice& d, const std::string& name);

/// An event, or the clock alone, or a change of the profile.
struct input {
  event content;
  timestamp clock_before = beginning;
  bool only_clock = false;
  bool only_profile = false;
};

/// Ends with the clock far enough on for every deadline.
std::deque<input> random_inputs(dice& d);

std::string describe(const std::deque<input>& inputs);

}  // namespace beckon::cep::testing
