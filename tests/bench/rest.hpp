// When a node has come to rest: everything taken, committed and delivered, as its metrics say.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "topology/dev/funnel.hpp"

namespace beckon::bench {

/// The sum of all samples of one name in an exposition.
double sample(const std::string& exposition, const std::string& name);

/// Nothing was taken, judged, decided or delivered between the two; windows may have ended.
bool same_work(const topology::funnel& a, const topology::funnel& b);

struct rest {
  double seconds = 0;  ///< since `begun`
  topology::funnel figures;
  std::string exposition;
};

/// Asks `metrics` again and again until `events` were taken, every delivery decided was made and
/// nothing was judged or decided for a second; that second does not count. Ends the program when
/// that takes 15 min.
rest wait_for_rest(const std::function<std::string()>& metrics, std::uint64_t events,
                   std::chrono::steady_clock::time_point begun);

}  // namespace beckon::bench
