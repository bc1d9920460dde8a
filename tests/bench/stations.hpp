// The stations of a node without its adapters: partitions with their sessions, rules, filters,
// channels, committer, loader and tracker as actors, wired as topology/node does it, on a bus and a
// store in memory; every delivery is counted and delivered. Used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "messages/port/bus.hpp"
#include "messages/port/store.hpp"
#include "topology/plan/build.hpp"

namespace beckon::bench {

class stations {
 public:
  /// `bus` holds the queues of `c` and outlives this, as the others do. Partitions begin to take.
  stations(const topology::configuration& c, port::bus& bus, port::store& store);
  ~stations();
  stations(const stations&) = delete;
  stations& operator=(const stations&) = delete;

  /// All probes, as a scrape reads them.
  std::string metrics() const;
  /// Session actors there are now, as of the last tick.
  std::uint64_t sessions() const;
  /// Returns when partitions have taken so many events in all.
  void wait_until_taken(std::uint64_t events) const;
  /// Takes nothing more; returns when everything taken is committed.
  void drain();

 private:
  struct parts;
  std::unique_ptr<parts> inside_;
};

}  // namespace beckon::bench
