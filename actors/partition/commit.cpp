// Committing: one record per epoch; only when it is durable do outbox, tracker and channels learn
// of it. The next epoch begins while it is being written.
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

}  // namespace

outreach::request request_of(const delivery::outbox_entry& e) {
  outreach::request what;
  what.occurrence = e.occurrence;
  what.who = e.who;
  what.rule = e.rule;
  what.rule_version = e.rule_version;
  what.fired = e.fired;
  return what;
}

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

/// Everything is decided: the record goes to the committer, behind the one before if that is not
/// durable yet, and the partition is free for the next epoch.
void partition_state::commit() {
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
    for (const auto& keys : seen_.forget(forget_at)) record_->forgotten(keys);
  }
  if (const auto since = seen_.whole_since()) record_->seen_since(*since);
  record_->clock(doors_.clock());
  record_->outbox_order(outbox_order_);
  record_->derived_sequence(derived_sequence_);
  record_->tracked_up_to(tracked_up_to_);
  kept_relations_.sealed();
  gauge_pending();
  if (progress_) progress_->commit_begins();
  auto record = record_->finish();
  const auto& sealed_now = seal();
  self_->send(
      parts_.peers.committer,
      commit_request{parts_.number, parts_.incarnation, sealed_now.number, std::move(record)},
      me());
  phase_ = phase::idle;
  try_epoch();
}

/// Puts aside what is to be released and clears what belonged to the epoch.
commit_under_way& partition_state::seal() {
  commit_under_way c;
  c.number = sealed() + 1;
  c.began = began_;
  c.handed = parts_.around.clock->now();
  c.reach = reached_with_epoch();
  c.decisions = record_->decisions();
  c.release = std::exchange(release_, {});
  c.settled = std::exchange(settled_, {});
  c.opened = std::exchange(opened_, {});
  c.derived = std::exchange(derived_release_, {});
  c.asks = std::exchange(asks_, {});
  for (const auto& q : queues_) c.taken.push_back(q.taken);
  for (const auto& w : works_) {
    c.subjects.emplace_back(w.slot, w.entry);
    slots_[w.slot].work = UINT32_MAX;
    slots_[w.slot].written = c.number;
  }
  works_.clear();
  work_by_serial_.clear();
  requests_.clear();
  candidates_.clear();
  record_.reset();
  outbox_size_ += std::exchange(decided_, 0);
  return commits_.emplace_back(std::move(c));
}

void partition_state::on_committed(const commit_done& c) {
  if (void_message(c.incarnation)) return;
  if (c.failed) throw std::runtime_error("commit failed: " + c.failed->to_string());
  if (phase_ == phase::recovering) {  // the barrier
    self_->send(parts_.peers.loader, recover_request{parts_.number, parts_.incarnation}, me());
    return;
  }
  if (commits_.empty() || commits_.front().number != c.epoch)
    throw std::runtime_error("epoch " + std::to_string(c.epoch) + " was committed out of order");
  auto done = std::move(commits_.front());
  commits_.pop_front();
  epoch_ = done.number;
  release(done);
  let_go(done);
  passivate(now_);
  request_delayed_rows();
  scan_for_jobs();
  try_epoch();
  keep_relations();
}

/// The epoch is durable: whoever waits for it learns of it.
void partition_state::release(commit_under_way& done) {
  note_committed(done.reach);
  kept_relations_.committed();
  for (std::size_t i = 0; i < queues_.size(); ++i) queues_[i].committed = done.taken[i];
  parts_.probes->epochs.add();
  now_ = std::max(now_, parts_.around.clock->now());
  pace_.committed(now_ - done.handed);
  parts_.probes->epoch_seconds.observe(std::chrono::duration<double>(now_ - done.began).count());
  if (!done.decisions.empty()) {
    self_->send(parts_.peers.tracker, track_batch{parts_.number, epoch_, std::move(done.decisions)},
                me());
    track_sent_ = epoch_;
  } else if (tracked_up_to_ == track_sent_) {
    tracked_up_to_ = track_sent_ = epoch_;
  }
  if (!done.release.empty() || !done.settled.empty())
    self_->send(
        outbox_,
        release_entries{parts_.incarnation, std::move(done.release), {}, std::move(done.settled)});
  release_derived(done);
  answer_redriven();
  send_asks(done);
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
    if (queues_[i].committed.sequence > 1 && !queues_[i].interrupted)
      parts_.peers.purge(parts_.sources[i].stream, queues_[i].committed.sequence);
  }
}

void partition_state::gauge(port::gauge& g, std::size_t& was, std::size_t is) {
  g.add(static_cast<std::int64_t>(is) - static_cast<std::int64_t>(was));
  was = is;
}

void partition_state::gauge_up() {
  gauge(parts_.probes->sessions, gauged_sessions_, residents_);
  gauge(parts_.probes->session_bytes, gauged_session_bytes_, resident_bytes_);
  gauge(parts_.probes->subjects, gauged_subjects_, known_.size());
  gauge(parts_.probes->timers, gauged_timers_, known_.armed());
  gauge(parts_.probes->outbox, gauged_outbox_, outbox_size_);
  gauge(parts_.probes->fan_out_jobs, gauged_jobs_, jobs_.size());
  gauge(parts_.probes->derived_unacked, gauged_derived_, derived_sequence_ - derived_stored_);
  gauge(parts_.probes->letters_kept, gauged_letters_, letters_.size());
  gauge(parts_.probes->seen_keys, gauged_seen_, seen_.size());
  gauge(parts_.probes->seen_bytes, gauged_seen_bytes_, seen_.bytes());
  gauge_pending();
  gauge_oldest_pending();
  parts_.probes->seen_evicted.add(seen_.evicted() - counted_evicted_);
  counted_evicted_ = seen_.evicted();
  parts_.probes->seen_window(parts_.number,
                             seen_.real_window(settings().event_time ? doors_.clock() : now_));
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
  if (!draining_ || drained_ || !outbox_quiet_ || !commits_.empty()) return;
  drained_ = true;
  parts_.peers.drained({name_});
}

}  // namespace beckon::actors
