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
  parts_.probes->lag[m.source]->add(-static_cast<std::int64_t>(q.lag));
  q.lag = 0;
  doors_.queue_read_to_end(parts_.sources[m.source].id, m.sent);
  try_epoch();
}

void partition_state::on_trouble(const queue_trouble& m) {
  if (void_message(m.incarnation)) return;
  auto& q = queues_[m.source];
  q.healthy = m.healthy;
  if (!m.mismatch.empty()) {
    parts_.around.log->write(port::log_level::error, name_,
                             "the stored offset does not fit the stream: not reading it",
                             {{"source", parts_.sources[m.source].id}, {"why", m.mismatch}});
    parts_.around.board->set(
        name_, false, "offset of " + parts_.sources[m.source].id + " does not fit: " + m.mismatch);
    return;
  }
  const bool all =
      std::all_of(queues_.begin(), queues_.end(), [](const auto& x) { return x.healthy; });
  parts_.around.board->set(
      name_, all, all ? "" : "reading " + parts_.sources[m.source].id + " is being restored");
}

void partition_state::on_door_tick(const door_tick& t) {
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (parts_.sources[i].id != t.source || parts_.number >= t.acked.size()) continue;
    const auto h = doors_.open(t.source, t.door);
    doors_.hear(h, now_);
    if (queues_[i].taken.sequence >= t.acked[parts_.number]) doors_.tick(h, t.clock);
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
  if (phase_ == phase::idle) {
    passivate(now_);
    purge();
  }
  gauge_up();
  scan_for_jobs();
  try_epoch();
  keep_relations();
}

}  // namespace beckon::actors
