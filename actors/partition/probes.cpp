#include "actors/partition/probes.hpp"

#include <algorithm>
#include <chrono>

namespace beckon::actors {

partition_probes::partition_probes(port::metrics& m, const std::vector<partition_source>& sources)
    : envelopes(m.make_counter("beckon_envelopes_total", "Envelopes read from queues")),
      events(m.make_counter("beckon_events_total", "Events taken from queues")),
      duplicates(m.make_counter("beckon_entries_resent_total",
                                "Entries dropped because their position was taken before")),
      repeated(m.make_counter("beckon_events_repeated_total",
                              "Events dropped because (source, id, subject) was applied before")),
      gaps(
          m.make_counter("beckon_queue_gaps_total",
                         "Envelopes left for the resend because something before them is missing")),
      late(m.make_counter("beckon_events_late_total", "Events beyond late_limit, not judged")),
      unreadable(m.make_counter("beckon_messages_unreadable_total",
                                "Queue messages that are no envelope")),
      judged(m.make_counter("beckon_events_judged_total", "Inputs given to sessions")),
      epochs(m.make_counter("beckon_epochs_total", "Epochs committed")),
      passivated(m.make_counter("beckon_sessions_passivated_total",
                                "Sessions ended because they were idle or over the bound")),
      session_failures(m.make_counter("beckon_restarts_total", "Actors restarted after a failure",
                                      {{"station", "session"}})),
      dead_letters(m.make_counter("beckon_dead_letters_total", "Dead letters written")),
      letters_dropped(
          m.make_counter("beckon_dead_letters_dropped_total",
                         "Dead letters removed because there were more than limits.dead_letters")),
      requests(m.make_counter("beckon_requests_total", "Pairs of (match, action) to be decided")),
      seen_evicted(m.make_counter("beckon_dedup_evicted_total",
                                  "Deduplication keys that went before limits.dedup_window, for "
                                  "limits.dedup_bytes")),
      letters_kept(m.make_gauge("beckon_dead_letters_kept", "Dead letters in the store")),
      seen_keys(m.make_gauge("beckon_dedup_keys", "Keys remembered for deduplication")),
      seen_bytes(m.make_gauge("beckon_dedup_bytes", "Memory of the tables of those keys")),
      sessions(m.make_gauge("beckon_sessions_resident", "Session actors alive")),
      session_bytes(m.make_gauge("beckon_session_bytes", "Memory of session actors, about")),
      subjects(m.make_gauge("beckon_subjects_known", "Subjects with rows")),
      timers(m.make_gauge("beckon_timers_armed", "Subjects with a deadline")),
      pending(m.make_gauge("beckon_decisions_pending", "Requests being decided")),
      pending_deferred(m.make_gauge("beckon_pending_decisions",
                                    "Decisions that could not be had at once, stored until they "
                                    "are taken up again",
                                    {{"why", "deferred"}})),
      pending_asked(m.make_gauge("beckon_pending_decisions",
                                 "Decisions that could not be had at once, stored until they "
                                 "are taken up again",
                                 {{"why", "asked"}})),
      pending_held(m.make_gauge("beckon_pending_decisions",
                                "Decisions that could not be had at once, stored until they "
                                "are taken up again",
                                {{"why", "held"}})),
      outbox(m.make_gauge("beckon_outbox_entries", "Deliveries committed and not ended")),
      fan_out_jobs(m.make_gauge("beckon_fan_out_jobs",
                                "Firings of TO EACH rules that have not reached everyone yet")),
      derived_unacked(m.make_gauge("beckon_derived_unacked",
                                   "Derived events committed and not known to be in their queue")),
      epoch_seconds(m.make_histogram("beckon_epoch_seconds",
                                     "From taking an epoch's first input to its commit")),
      delivered_total(m.make_counter("beckon_delivered_total", "Deliveries a provider took")),
      metrics_(m),
      seen_window_(m.make_gauge("beckon_dedup_window_seconds",
                                "How far back deduplication really looks, in the partition where "
                                "it is shortest")),
      oldest_pending_(m.make_gauge("beckon_pending_oldest_seconds",
                                   "Since when the oldest pending decision has been one")) {
  for (const auto& s : sources) {
    lag.push_back(
        &m.make_gauge("beckon_queue_lag_messages", "Messages not read yet", {{"source", s.id}}));
  }
}

port::counter& partition_probes::of(const std::string& name, const std::string& help,
                                    port::labels l) {
  std::string key = name;
  for (const auto& [k, v] : l) key += '\n' + k + '=' + v;
  const std::lock_guard hold(guard_);
  auto& slot = made_[key];
  if (!slot) slot = &metrics_.make_counter(name, help, std::move(l));
  return *slot;
}

void partition_probes::seen_window(std::uint32_t partition, duration length) {
  const std::lock_guard hold(guard_);
  seen_windows_[partition] = length;
  duration least = length;
  for (const auto& [number, other] : seen_windows_) least = std::min(least, other);
  seen_window_.set(std::chrono::floor<std::chrono::seconds>(least).count());
}

void partition_probes::oldest_pending(std::uint32_t partition, duration age) {
  const std::lock_guard hold(guard_);
  pending_ages_[partition] = age;
  duration most{};
  for (const auto& [number, other] : pending_ages_) most = std::max(most, other);
  oldest_pending_.set(std::chrono::floor<std::chrono::seconds>(most).count());
}

std::shared_ptr<partition_probes> make_partition_probes(
    port::metrics& metrics, const std::vector<partition_source>& sources) {
  return std::make_shared<partition_probes>(metrics, sources);
}

}  // namespace beckon::actors
