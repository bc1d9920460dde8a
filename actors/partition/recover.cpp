// How an incarnation begins: barrier through the committer, then what the store holds, then the
// queues.
#include "actors/outbox/outbox.hpp"
#include "actors/partition/state.hpp"

namespace beckon::actors {
namespace {

/// Passes a reader's calls on to the partition as messages.
class reader_handler final : public port::queue_handler {
 public:
  reader_handler(partition_actor to, std::uint64_t incarnation, std::uint32_t source)
      : to_(std::move(to)), incarnation_(incarnation), source_(source) {}

  void messages(std::vector<port::stored_message> batch, std::uint64_t pending) override {
    caf::anon_send(to_, queue_messages{incarnation_, source_, std::move(batch), pending});
  }
  void empty(timestamp sent) override {
    caf::anon_send(to_, queue_empty{incarnation_, source_, sent});
  }
  void mismatch(std::string why) override {
    caf::anon_send(to_, queue_trouble{incarnation_, source_, false, std::move(why)});
  }
  void reads(std::int64_t created_ns) override {
    caf::anon_send(to_, queue_trouble{incarnation_, source_, true, {}, created_ns});
  }
  void healthy(bool yes) override {
    caf::anon_send(to_, queue_trouble{incarnation_, source_, yes, {}});
  }

 private:
  partition_actor to_;
  std::uint64_t incarnation_;
  std::uint32_t source_;
};

std::size_t share(std::uint64_t of_node, std::uint32_t partitions) {
  return static_cast<std::size_t>(std::max<std::uint64_t>(1, of_node / partitions));
}

}  // namespace

partition_state::partition_state(partition_actor::base* self, partition_parts parts)
    : self_(self),
      parts_(std::move(parts)),
      session_settings_(std::make_shared<const session_settings>(session_settings{
          parts_.around, parts_.settings->event_time ? duration{} : parts_.settings->absence_grace,
          parts_.settings->out_of_order, me(), parts_.incarnation})),
      name_("partition " + std::to_string(parts_.number)),
      seen_(parts_.settings->dedup_window,
            share(parts_.settings->dedup_bytes, parts_.settings->partitions)),
      queues_(parts_.sources.size()),
      letters_(share(parts_.settings->dead_letters, parts_.settings->partitions)),
      pending_(share(parts_.settings->pending_decisions, parts_.settings->partitions)) {
  now_ = parts_.around.clock->now();
  for (const auto& s : parts_.sources)
    doors_.add_source(s.id, s.live && !settings().event_time, !s.derived);
}

partition_state::~partition_state() {
  for (auto& q : queues_) q.reader.reset();  // before the handlers they call
  for (const auto& s : slots_) {
    if (s.handle) caf::anon_send_exit(s.handle, caf::exit_reason::user_shutdown);
  }
  if (phase_ == phase::routing || phase_ == phase::deciding) {
    parts_.probes->pending.add(-static_cast<std::int64_t>(requests_.size()));
  }
  for (std::size_t i = 0; i < queues_.size(); ++i)
    parts_.probes->lag[i]->add(-static_cast<std::int64_t>(queues_[i].lag));
  parts_.probes->sessions.add(-static_cast<std::int64_t>(gauged_sessions_));
  parts_.probes->session_bytes.add(-static_cast<std::int64_t>(gauged_session_bytes_));
  parts_.probes->subjects.add(-static_cast<std::int64_t>(gauged_subjects_));
  parts_.probes->timers.add(-static_cast<std::int64_t>(gauged_timers_));
  parts_.probes->outbox.add(-static_cast<std::int64_t>(gauged_outbox_));
  parts_.probes->fan_out_jobs.add(-static_cast<std::int64_t>(gauged_jobs_));
  parts_.probes->derived_unacked.add(-static_cast<std::int64_t>(gauged_derived_));
  parts_.probes->letters_kept.add(-static_cast<std::int64_t>(gauged_letters_));
  gauge(parts_.probes->pending_deferred, gauged_deferred_, 0);
  gauge(parts_.probes->pending_asked, gauged_asked_, 0);
  gauge(parts_.probes->pending_held, gauged_held_, 0);
  parts_.probes->seen_keys.add(-static_cast<std::int64_t>(gauged_seen_));
  parts_.probes->seen_bytes.add(-static_cast<std::int64_t>(gauged_seen_bytes_));
}

partition_actor partition_state::me() const {
  return caf::actor_cast<partition_actor>(self_);
}

void partition_state::begin() {
  parts_.around.board->set(name_, false, "recovering");
  self_->send(parts_.peers.committer, commit_request{parts_.number, parts_.incarnation, 0, {}},
              me());
}

void partition_state::recovered(recover_done& r) {
  if (r.failed) throw std::runtime_error("cannot recover: " + r.failed->to_string());
  if (!r.base.last_record.empty()) {
    auto head = codec::decode_head(r.base.last_record);
    if (!head) throw std::runtime_error(head.error().to_string());
    epoch_ = head->who.epoch;
    stored_incarnation_ = head->who.incarnation + 1;
    doors_.restore(head->doors, head->clock, now_);
    outbox_order_ = head->outbox_order;
    derived_sequence_ = head->derived_sequence;
    seen_.restore_whole_since(head->seen_since);
    tracked_up_to_ = track_sent_ = head->tracked_up_to;
    for (std::size_t i = 0; i < queues_.size(); ++i) {
      for (const auto& o : head->offsets) {
        if (o.source == parts_.sources[i].id)
          queues_[i].taken = queues_[i].committed = {o.created_ns, o.sequence, o.broker_time_ns};
      }
    }
  }
  for (const auto& row : r.base.seen) seen_.restore({row.hour, row.epoch, row.latest, row.keys});
  for (const auto& [key, bytes] : r.directory) {
    const auto row = codec::decode_directory(bytes);
    const auto hash = hash_from_bytes(key);
    if (!row || !hash) throw std::runtime_error("a directory row cannot be read");
    const auto i = known_.obtain(*hash);
    known_.at(i).interest = row->interest;
    known_.at(i).rows = row->rows;
    known_.set_deadline(i, row->deadline);
  }
  letters_.restore(r.dead_letters);
  if (!*parts_.order_at_start) *parts_.order_at_start = outbox_order_;
  release_entries out{parts_.incarnation, {}, *parts_.order_at_start, {}};
  for (const auto& [key, bytes] : r.outbox) {
    auto entry = codec::decode_outbox(bytes);
    const auto order = codec::outbox_order(key);
    if (!entry || !order) throw std::runtime_error("an outbox row cannot be read");
    entry->order = *order;
    out.entries.push_back(std::move(*entry));
  }
  outbox_size_ = out.entries.size();
  outbox_ = spawn_outbox(self_, {parts_.incarnation, me(), parts_.peers.channels,
                                 parts_.peers.plans, settings().partitions, parts_.around});
  self_->send(outbox_, std::move(out));
  recover_fan_out(r);
  recover_pending(r);
  for (auto& bytes : r.base.untracked) {
    const auto name = codec::track_batch_name(bytes);
    if (!name) throw std::runtime_error(name.error().to_string());
    self_->send(parts_.peers.tracker, track_batch{parts_.number, name->second, std::move(bytes)},
                me());
    track_sent_ = name->second;
  }
  open_progress();
  phase_ = phase::idle;
  gauge_up();
  if (draining_)
    start_drain();
  else
    open_readers();
}

void partition_state::open_reader(std::uint32_t source) {
  const auto queues = std::uint64_t{settings().partitions} * queues_.size();
  auto& q = queues_[source];
  q.handler = std::make_unique<reader_handler>(me(), parts_.incarnation, source);
  auto reader = parts_.peers.bus->read({parts_.sources[source].stream, q.taken}, *q.handler);
  if (!reader)
    throw std::runtime_error("cannot read " + parts_.sources[source].stream + ": " +
                             reader.error().to_string());
  q.reader = std::move(*reader);
  q.ahead = {settings().queue_credit, settings().queue_bytes / queues};
  q.reader->grant(q.ahead.grant());
}

void partition_state::open_readers() {
  for (std::uint32_t i = 0; i < queues_.size(); ++i) open_reader(i);
  parts_.around.board->set(name_, queues_.empty(), queues_.empty() ? "" : "waiting for its queues");
}

}  // namespace beckon::actors
