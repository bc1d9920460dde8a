// Hearing: what comes from the queues and their doors, and the time. Nothing is taken yet.
#include <algorithm>

#include "actors/partition/state.hpp"

namespace beckon::actors {

void partition_state::on_messages(queue_messages& m) {
  if (void_message(m.incarnation)) return;
  auto& q = queues_[m.source];
  const auto lag = m.pending + q.inbox.size() + m.messages.size();
  parts_.probes->lag[m.source]->add(static_cast<std::int64_t>(lag) -
                                    static_cast<std::int64_t>(q.lag));
  q.lag = lag;
  for (auto& one : m.messages) {
    q.ahead.arrived(one.data.size());
    q.inbox.push_back(std::move(one));
  }
  try_epoch();
}

void partition_state::on_empty(const queue_empty& m) {
  if (void_message(m.incarnation)) return;
  auto& q = queues_[m.source];
  if (!q.inbox.empty()) return;  // read to its end, but not taken yet
  if (progress_) ends_seen_[m.source] = true;
  parts_.probes->lag[m.source]->add(-static_cast<std::int64_t>(q.lag));
  q.lag = 0;
  doors_.queue_read_to_end(parts_.sources[m.source].id, m.sent);
  try_epoch();
}

void partition_state::on_trouble(const queue_trouble& m) {
  if (void_message(m.incarnation)) return;
  auto& q = queues_[m.source];
  if (m.created_ns != 0) {
    parts_.sources[m.source].created_ns = m.created_ns;
    return;
  }
  if (m.healthy && !q.healthy) doors_.queue_is_back(parts_.sources[m.source].id, now_);
  q.healthy = m.healthy;
  q.interrupted = !m.healthy;
  if (!m.mismatch.empty()) return lose(m.source, m.mismatch);
  const bool all =
      std::all_of(queues_.begin(), queues_.end(), [](const auto& x) { return x.healthy; });
  parts_.around.board->set(
      name_, all, all ? "" : "reading " + parts_.sources[m.source].id + " is being restored");
}

/// What was handed over before is taken first: it may be nowhere else. Then the queue is read from
/// its first message; by their positions, what the doors put there again is taken once.
void partition_state::lose(std::uint32_t source, const std::string& why) {
  auto& q = queues_[source];
  q.lost = true;
  q.reader.reset();
  const auto& id = parts_.sources[source].id;
  parts_.around.log->write(
      port::log_level::error, name_,
      "the queue is not the one that was read: it is read again from its first message",
      {{"source", id}, {"why", why}});
  parts_.around.board->set(name_, false, "queue of " + id + " was lost: " + why);
  parts_.probes
      ->of("beckon_queue_rewinds_total", "Queues read again from their first message, by source",
           {{"source", id}})
      .add();
  try_epoch();
  read_lost_anew();
}

void partition_state::read_lost_anew() {
  if (phase_ != phase::idle || draining_) return;
  for (std::uint32_t i = 0; i < queues_.size(); ++i) {
    auto& q = queues_[i];
    if (!q.lost || !q.inbox.empty() || q.committed.sequence != q.taken.sequence) continue;
    q.lost = false;
    q.taken = q.committed = {};
    for (auto& c : commits_) c.taken[i] = {};
    open_reader(i);
  }
}

void partition_state::on_door_tick(const door_tick& t) {
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (parts_.sources[i].id != t.source || parts_.number >= t.acked.size()) continue;
    const auto h = doors_.open(t.source, t.door);
    doors_.hear(h, now_);
    if (!queues_[i].interrupted && queues_[i].taken.sequence >= t.acked[parts_.number])
      doors_.tick(h, t.clock);
  }
  try_epoch();
}

void partition_state::on_node_tick(const node_tick& t) {
  now_ = std::max(now_, t.now);
  if (phase_ == phase::recovering) return;
  if (outbox_) self_->send(outbox_, t);  // its waiting retries and expiries
  if (derived_) self_->send(derived_, t);
  if (!settings().event_time) {
    for (const auto& door : doors_.drop_silent(now_ - settings().clock_wait_max)) {
      parts_.around.log->write(port::log_level::warning, name_, "a silent door left the clock",
                               {{"door", door}});
      parts_.probes
          ->of("beckon_doors_silent_total",
               "Doors that left a partition's clock because they were silent", {})
          .add();
    }
  }
  if (phase_ == phase::judging) kill_silent(now_);
  give_memory_back();  // of those that ended up to the last tick
  passivate(now_);
  purge();
  read_lost_anew();
  gauge_up();
  scan_for_jobs();
  try_epoch();
  keep_relations();
}

}  // namespace beckon::actors
