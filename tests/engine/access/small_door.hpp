// Small doors for tests: two entries or 100 bytes an envelope, two envelopes on their way.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/access/door.hpp"

namespace beckon {

inline timestamp at(std::int64_t ms) {
  return from_ms(ms);
}

inline door_settings small(std::uint32_t partitions, bool import = false) {
  door_settings s;
  s.name = "node-1";
  s.source = "shop";
  s.partitions = partitions;
  s.import = import;
  s.envelope_entries = 2;
  s.envelope_bytes = 100;
  s.in_flight = 2;
  s.unacked_bytes = 1000;
  s.report_completed = true;
  return s;
}

inline result<void> take(door& d, std::uint64_t position, timestamp when,
                         std::vector<std::pair<std::uint32_t, std::string>> shares) {
  std::vector<door_share> given;
  for (auto& [queue, body] : shares) given.push_back({queue, body});
  return d.accept(position, when, given);
}

/// Begun, with every begin message acked.
inline door opened(door_settings settings) {
  door d(std::move(settings));
  d.begin({});
  std::uint64_t sequence = 0;
  while (auto out = d.next(false)) d.ack(out->queue, out->id, ++sequence);
  EXPECT_TRUE(d.accepting());
  return d;
}

inline std::vector<std::uint64_t> positions(const outgoing_envelope& e) {
  std::vector<std::uint64_t> out;
  for (const outgoing_entry& one : e.entries) out.push_back(one.position);
  return out;
}

}  // namespace beckon
