// Keeps what HTTP clients sent and the catalogue refused, in the stream that NATS sources use for
// the same: whoever runs the node can look at it and send it again. Thread-safe.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "messages/port/bus.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::topology {

class reject_keeper {
 public:
  /// So many a second are kept at most: a client that is wrong about everything teaches no more by
  /// its thousandth event.
  static constexpr std::uint32_t most_a_second = 100;

  reject_keeper(port::bus& bus, std::string prefix, port::metrics& metrics);

  /// `text`: the item as it came; `type`: what the path said it is, where the item does not.
  /// Does not block; one that the broker does not take is counted, as those beyond the bound are.
  void keep(const std::string& source, std::string_view text, std::string_view type,
            const error& why, timestamp now);

 private:
  bool within_bound(timestamp now) noexcept;

  port::bus& bus_;
  std::string prefix_;
  port::counter& lost_;
  std::atomic<std::int64_t> second_{0};
  std::atomic<std::uint32_t> in_second_{0};
};

}  // namespace beckon::topology
