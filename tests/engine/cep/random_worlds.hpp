// Random rules of the whole language and random inputs for them: small alphabets, small times, many
// ties.
#pragma once

#include <deque>
#include <initializer_list>
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
  const char* any_of(std::initializer_list<const char*> words) {
    return words.begin()[below(static_cast<int>(words.size()))];
  }

 private:
  std::mt19937_64 engine_;
};

/// The text of a rule about a user or an item, each clause on a line of its own; some are refused
/// by the compiler.
std::string random_rule(dice& d, const std::string& name, bool of_item);

/// A condition over the event under test, or with aliases s0 … s(aliases - 1) too.
std::string random_where(dice& d, int aliases, bool of_item);
/// Over the run: aliases s0 … s(aliases - 1), the profile, the last positive event.
std::string random_if(dice& d, int aliases, bool of_item);
/// A time for UNTIL.
std::string random_until(dice& d, int aliases);
/// Two values to return of an alias, named after it.
std::string random_returns(dice& d, const std::string& alias);

/// An event, or the clock alone, or a change of the profile.
struct input {
  event content;
  timestamp clock_before = beginning;
  bool only_clock = false;
  bool only_profile = false;
  int level = 0;             ///< with only_profile: user.level from now on
  bool store_after = false;  ///< the state is stored and loaded behind it
};

/// An event of the small catalogue with random attributes; `serial` makes its id and its x.
/// `extreme`: also amounts below zero or too large to add.
event random_event(dice& d, const std::string& type, int second, int serial, bool extreme = false);

/// Mostly of the types in `wanted`. Ends with the clock far enough on for every deadline.
std::deque<input> random_inputs(dice& d, const std::vector<std::string>& wanted, bool extreme);

std::string describe(const std::deque<input>& inputs);

}  // namespace beckon::cep::testing
