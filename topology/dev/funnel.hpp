// What a node's /metrics say about its funnel: events → matches → verdicts → deliveries. Pure; a
// value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace beckon::topology {

struct funnel {
  std::uint64_t accepted = 0;  ///< events, by all doors
  std::uint64_t taken = 0;     ///< events, by partitions (an event may concern several)
  std::uint64_t judged = 0;
  std::uint64_t matches = 0;  ///< fired
  std::uint64_t withheld = 0;
  std::uint64_t requests = 0;                     ///< (match, action)
  std::map<std::string, std::uint64_t> verdicts;  ///< "by: reason"; "send: sent" among them
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dead = 0;      ///< deliveries that ended otherwise
  std::uint64_t redriven = 0;  ///< of them: sent after all
  std::uint64_t pending = 0;  ///< requests being decided
  std::uint64_t put_off = 0;  ///< requests that wait for their time or an answer, stored
  std::uint64_t outbox = 0;
  std::uint64_t lag = 0;
  double p50_seconds = 0;  ///< event → channel; upper bound of the bucket
  double p99_seconds = 0;

  std::uint64_t final_verdicts() const;
  /// Nothing is on its way.
  bool at_rest() const { return pending == 0 && outbox == 0 && lag == 0; }
};

/// Reads the text exposition format 0.0.4.
funnel read_funnel(std::string_view exposition);

/// What does not add up, in sentences; empty when everything does. `simulated`: sent by the
/// simulator; `received`: distinct ids at the sink.
std::vector<std::string> differences(const funnel& f, std::uint64_t simulated,
                                     std::uint64_t received);

}  // namespace beckon::topology
