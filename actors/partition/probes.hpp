// What partitions count. One set per node, lock-free.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "actors/partition/partition.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::actors {

struct partition_probes {
  partition_probes(port::metrics& m, const std::vector<partition_source>& sources);

  /// A counter whose second label is only known when it happens (a rule, a filter's reason):
  /// bounded by configuration.
  port::counter& of(const std::string& name, const std::string& help, port::labels l);

  port::counter& envelopes;
  port::counter& events;      ///< entries taken
  port::counter& duplicates;  ///< by position: resends
  port::counter& repeated;    ///< by (source, id, subject)
  port::counter& gaps;
  port::counter& late;
  port::counter& unreadable;
  port::counter& judged;  ///< inputs given to sessions
  port::counter& epochs;
  port::counter& passivated;
  port::counter& session_failures;
  port::counter& dead_letters;
  port::counter& letters_dropped;  ///< dead letters that went because there were too many
  port::counter& requests;         ///< (match, action) pairs to be decided
  port::counter& seen_evicted;     ///< deduplication keys that went before their time
  port::gauge& letters_kept;
  port::gauge& seen_keys;   ///< remembered for deduplication
  port::gauge& seen_bytes;  ///< of the tables they are in
  port::gauge& sessions;
  port::gauge& session_bytes;  ///< about
  port::gauge& subjects;
  port::gauge& timers;
  port::gauge& pending;           ///< requests being decided
  port::gauge& pending_deferred;  ///< pending decisions, stored
  port::gauge& pending_asked;
  port::gauge& pending_held;
  port::gauge& outbox;
  port::gauge& fan_out_jobs;
  port::gauge& derived_unacked;  ///< committed, and not known to be in their queue
  port::histogram& epoch_seconds;
  port::counter& delivered_total;
  std::vector<port::gauge*> lag;  ///< messages behind, by source, summed over partitions

  /// How far back a partition's deduplication really looks; told is the least of all partitions.
  void seen_window(std::uint32_t partition, duration length);
  /// How long ago a partition's oldest pending decision was put off; told is the most of all.
  void oldest_pending(std::uint32_t partition, duration age);

 private:
  port::metrics& metrics_;
  port::gauge& seen_window_;
  port::gauge& oldest_pending_;
  std::mutex guard_;
  std::map<std::uint32_t, duration> seen_windows_;
  std::map<std::uint32_t, duration> pending_ages_;
  std::map<std::string, port::counter*> made_;
};

}  // namespace beckon::actors
