#include "topology/node/partition_settings.hpp"

#include <algorithm>

namespace beckon::topology {

actors::partition_settings partition_settings_of(const deployment& d) {
  actors::partition_settings s;
  s.partitions = d.partitions;
  s.event_time = d.clock == clock_mode::event;
  s.epoch_events = d.limits.epoch_events;
  s.epoch_time = d.limits.epoch_time;
  s.quiet_epoch_time = d.limits.quiet_epoch_time;
  s.queue_credit = d.limits.queue_credit;
  s.queue_bytes = d.limits.queue_bytes;
  s.resident_sessions = d.limits.resident_sessions;
  s.session_bytes = d.limits.session_bytes;
  s.dedup_bytes = d.limits.dedup_bytes;
  s.dedup_window = d.limits.dedup_window;
  s.late_limit = d.limits.late_limit;
  s.clock_wait_max = d.clock_wait_max;
  s.absence_grace = d.absence_grace;
  for (const auto& source : d.sources)
    s.out_of_order = std::max(s.out_of_order, source.out_of_order);
  s.outbox_entries = d.limits.outbox_entries;
  s.pending_decisions = d.limits.pending_decisions;
  s.dead_letters = d.limits.dead_letters;
  s.prefix = d.prefix;
  return s;
}

}  // namespace beckon::topology
