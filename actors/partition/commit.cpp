// Committing: one record per epoch; only when it is durable do outbox, tracker and channels learn
// of it.
#include <algorithm>
#include <utility>

#include "actors/partition/state.hpp"
#include "messages/codec/field_codec.hpp"

namespace beckon::actors {
namespace {

constexpr duration purge_interval{10'000};

std::string channel_outcome(const delivery::settlement& s) {
  return s.delivered ? "delivered" : s.reason;
}

outreach::request request_of(const delivery::outbox_entry& e) {
  outreach::request what;
  what.occurrence = e.occurrence;
  what.who = e.who;
  what.rule = e.rule;
  what.rule_version = e.rule_version;
  what.fired = e.fired;
  return what;
}

}  // namespace

/// Rows of one subject as the epoch leaves them.
void partition_state::write_subject(subject_work& w) {
  if (!w.answered) return;
  auto& entry = known_.at(w.entry);
  const auto key = to_bytes(entry.key);
  auto& a = w.last;
  if (w.ledger_changed) {
    a.ledger = codec::encode_ledger(w.known->sends.all());
    a.has_ledger = true;
    a.wake_at = std::min(a.wake_at, epoch::ledger_ends(w.known->sends, plan_->ledger_keeps));
    if (slots_[w.slot].handle) self_->send(slots_[w.slot].handle, close_epoch{w.known});
  }
  std::uint8_t rows = 0;
  const auto write = [&](v1::Row::Kind kind, std::uint8_t bit, std::optional<std::string>& content,
                         bool there) {
    if (there) rows |= bit;
    if (there && content)
      record_->put(kind, key, std::move(*content));
    else if (!there && (entry.rows & bit) != 0)
      record_->erase(kind, key);
  };
  write(v1::Row::STATE, epoch::directory::row_state, a.state, a.state.has_value());
  write(v1::Row::LEDGER, epoch::directory::row_ledger, a.ledger, a.has_ledger);
  write(v1::Row::PROFILE, epoch::directory::row_profile, a.profile, a.has_profile);
  if (rows == 0 && entry.rows != 0) record_->erase(v1::Row::DIRECTORY, key);
  if (rows != 0 &&
      (entry.rows != rows || entry.deadline != a.wake_at || entry.interest != a.interest)) {
    record_->put(v1::Row::DIRECTORY, key, codec::encode_directory({a.wake_at, a.interest, rows}));
  }
  known_.set_deadline(w.entry, rows == 0 ? never : a.wake_at);
  entry.interest = a.interest;
  entry.rows = rows;
}

void partition_state::commit() {
  phase_ = phase::committing;
  parts_.probes->pending.add(-static_cast<std::int64_t>(requests_.size()));
  for (auto& w : works_) write_subject(w);
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const auto& at = queues_[i].taken;
    if (at.sequence > 0)
      record_->offset({parts_.sources[i].id, at.created_ns, at.sequence, at.broker_time_ns});
  }
  for (const auto& d : doors_.positions()) record_->door(d);
  const auto forget_at = settings().event_time ? doors_.clock() : now_;
  if (forget_at != beginning) {
    for (const auto hour : seen_.forget(forget_at)) record_->dropped_hour(hour);
  }
  record_->clock(doors_.clock());
  record_->outbox_order(outbox_order_);
  record_->derived_sequence(derived_sequence_);
  record_->tracked_up_to(tracked_up_to_);
  self_->send(parts_.peers.committer,
              commit_request{parts_.number, parts_.incarnation, epoch_ + 1, record_->finish()},
              me());
}

void partition_state::on_committed(const commit_done& c) {
  if (void_message(c.incarnation)) return;
  if (c.failed) throw std::runtime_error("commit failed: " + c.failed->to_string());
  if (phase_ == phase::recovering) {  // the barrier
    self_->send(parts_.peers.loader, recover_request{parts_.number, parts_.incarnation}, me());
    return;
  }
  ++epoch_;
  kept_relations_.committed();
  parts_.probes->epochs.add();
  now_ = std::max(now_, parts_.around.clock->now());
  parts_.probes->epoch_seconds.observe(std::chrono::duration<double>(now_ - began_).count());
  if (auto decisions = record_->decisions(); !decisions.empty()) {
    self_->send(parts_.peers.tracker, track_batch{parts_.number, epoch_, std::move(decisions)},
                me());
    track_sent_ = epoch_;
  } else if (tracked_up_to_ == track_sent_) {
    tracked_up_to_ = track_sent_ = epoch_;
  }
  if (!release_.empty() || !settled_.empty()) {
    outbox_size_ += std::exchange(decided_, 0);
    self_->send(outbox_,
                release_entries{parts_.incarnation, std::move(release_), {}, std::move(settled_)});
  }
  release_derived();
  end_epoch();
  scan_for_jobs();
  try_epoch();
  keep_relations();
}

/// Clears what belonged to the epoch and lets go of sessions that remember nothing.
void partition_state::end_epoch() {
  for (const auto& w : works_) {
    slots_[w.slot].work = UINT32_MAX;
    if (known_.at(w.entry).rows == 0 || !slots_[w.slot].handle) end_session(w.slot);
  }
  works_.clear();
  work_by_serial_.clear();
  requests_.clear();
  candidates_.clear();
  release_.clear();
  settled_.clear();
  record_.reset();
  phase_ = phase::idle;
  passivate(now_);
}

/// Ends the session and frees its slot; a subject without rows leaves the directory too. During an
/// epoch the slot stays.
void partition_state::end_session(std::uint32_t slot) {
  auto& s = slots_[slot];
  if (s.handle) self_->send_exit(std::exchange(s.handle, {}), caf::exit_reason::user_shutdown);
  if (s.work != UINT32_MAX) return;
  unlink(slot);
  const auto i = known_.find(s.key);
  if (i != epoch::directory::none && known_.at(i).session == slot) {
    known_.at(i).session = epoch::directory::none;
    if (known_.at(i).rows == 0) known_.remove(i);
  }
  s = session_slot{};
  free_slots_.push_back(slot);
  --residents_;
}

void partition_state::unlink(std::uint32_t slot) {
  auto& s = slots_[slot];
  (s.older == UINT32_MAX ? oldest_ : slots_[s.older].newer) = s.newer;
  (s.newer == UINT32_MAX ? newest_ : slots_[s.newer].older) = s.older;
  s.older = s.newer = UINT32_MAX;
}

/// The slot is the most recently used one.
void partition_state::touch(std::uint32_t slot) {
  slots_[slot].used = now_;
  if (newest_ == slot) return;
  unlink(slot);
  link_newest(slot);
}

void partition_state::link_newest(std::uint32_t slot) {
  slots_[slot].older = newest_;
  (newest_ == UINT32_MAX ? oldest_ : slots_[newest_].newer) = slot;
  newest_ = slot;
}

/// Ends sessions that are over the bound or unused for too long, least recently used first. Only
/// between epochs.
void partition_state::passivate(timestamp now) {
  const auto most =
      std::max<std::uint64_t>(1, settings().resident_sessions / settings().partitions);
  while (oldest_ != UINT32_MAX &&
         (residents_ > most || now - slots_[oldest_].used >= settings().session_idle)) {
    parts_.probes->passivated.add();
    end_session(oldest_);
  }
}

void partition_state::on_settled(entries_settled& s) {
  if (void_message(s.incarnation)) return;
  std::move(s.what.begin(), s.what.end(), std::back_inserter(settlements_));
  std::move(s.poison.begin(), s.poison.end(), std::back_inserter(poisoned_));
  try_epoch();
}

void partition_state::write_settlement(const delivery::settlement& s) {
  took_ = true;
  const auto& e = s.entry;
  const auto key = codec::outbox_key(e.order);
  settled_.push_back({e.channel, {e.delivery, s.attempts}});
  if (s.what == delivery::settlement::row::rewrite) {
    record_->put(v1::Row::OUTBOX, key, codec::encode_outbox(e));
    release_.push_back(e);
    return;
  }
  record_->erase(v1::Row::OUTBOX, key);
  --outbox_size_;
  if (s.letter) write_letter(e, "channel " + e.channel, s.reason);
  auto& record = record_->track(s.delivered ? v1::TrackRecord::DELIVERED : v1::TrackRecord::FAILED,
                                request_of(e), now_);
  record.set_action(e.action);
  record.set_channel(e.channel);
  record.set_delivery_id(to_bytes(e.delivery));
  record.set_attempt(s.attempts);
  record.set_reason(s.reason);
  if (s.delivered) parts_.probes->delivered_total.add();
  parts_.probes
      ->of("beckon_deliveries_total", "Deliveries ended, by channel and outcome",
           {{"channel", e.channel}, {"outcome", channel_outcome(s)}})
      .add();
  if (!s.release) return;
  works_[work_of(key_of(e.who), e.who)].release.push_back(e.delivery);
}

void partition_state::write_poison(const delivery::settlement& s, const drop_note& note) {
  write_letter(s.entry, note.actor, note.reason);
  auto noted = s;
  noted.letter = false;
  write_settlement(noted);
}

/// The delivery as it was, so that it can be sent after all.
void partition_state::write_letter(const delivery::outbox_entry& e, const std::string& actor,
                                   const std::string& reason) {
  codec::dead_letter_row letter;
  letter.actor = actor;
  letter.reason = reason;
  letter.who = e.who;
  letter.event_type = "$delivery " + e.action;
  letter.event_id = to_hex(e.delivery);
  letter.input = codec::encode_outbox(e);
  dead_letter(std::move(letter));
}

void partition_state::on_tracked(const tracked& t) {
  tracked_up_to_ = std::max(tracked_up_to_, t.epoch);
}

/// Messages below the committed offset are not needed any more; the last one stays, as the doors'
/// memory.
void partition_state::purge() {
  if (now_ - purged_ < purge_interval) return;
  purged_ = now_;
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (queues_[i].taken.sequence > 1 && !queues_[i].interrupted)
      parts_.peers.purge(parts_.sources[i].stream, queues_[i].taken.sequence);
  }
}

void partition_state::gauge_up() {
  const auto move = [](port::gauge& g, std::size_t& was, std::size_t is) {
    g.add(static_cast<std::int64_t>(is) - static_cast<std::int64_t>(was));
    was = is;
  };
  move(parts_.probes->sessions, gauged_sessions_, residents_);
  move(parts_.probes->subjects, gauged_subjects_, known_.size());
  move(parts_.probes->timers, gauged_timers_, known_.armed());
  move(parts_.probes->outbox, gauged_outbox_, outbox_size_);
  move(parts_.probes->fan_out_jobs, gauged_jobs_, jobs_.size());
  move(parts_.probes->derived_unacked, gauged_derived_, derived_sequence_ - derived_stored_);
}

void partition_state::on_outbox_quiet() {
  outbox_quiet_ = true;
  try_epoch();
}

/// While recovering it is only noted: what was committed comes first.
void partition_state::on_drain() {
  draining_ = true;
  if (phase_ != phase::recovering) start_drain();
}

void partition_state::start_drain() {
  for (auto& q : queues_) q.reader.reset();
  self_->send(outbox_, drain{});
  self_->send(derived_, drain{});
  try_epoch();
}

/// Idle while draining: done when the outbox has nothing in flight either.
void partition_state::check_drained() {
  if (!draining_ || drained_ || !outbox_quiet_) return;
  drained_ = true;
  parts_.peers.drained({name_});
}

}  // namespace beckon::actors
