// Simulated shoppers: what a shop's pages would send. Deterministic for a seed; time is an
// argument.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/base/value.hpp"

namespace beckon::topology {

struct shopper_event {
  std::string event;  ///< "identify" makes a profile
  std::string user;
  field_list properties;
};

/// Every call gives the next thing somebody does. One thread.
class shoppers {
 public:
  shoppers(std::uint32_t users, std::uint64_t seed);
  shopper_event next();

 private:
  struct shopper {
    std::string id;
    std::uint32_t step = 0;  ///< how far on the way view → favourite → cart → order → pay
    std::uint32_t item = 0;
    std::uint32_t orders = 0;
    bool pays = true;
    bool known = false;
  };

  std::uint32_t pick(std::uint32_t below);
  shopper_event act(shopper& s, std::string event, field_list properties);
  field_list item_of(const shopper& s) const;

  std::vector<shopper> all_;
  std::mt19937_64 random_;
};

}  // namespace beckon::topology
