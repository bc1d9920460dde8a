// Judging: every concerned session gets its inputs in one message; misses are loaded by one
// MultiGet. A session that throws is made anew from its last bytes and gets its inputs one at a
// time, until the poison one is found.
#include "actors/partition/state.hpp"
#include "engine/epoch/selection.hpp"

namespace beckon::actors {
namespace {

constexpr duration silence_limit{10'000};

}  // namespace

void partition_state::judge() {
  phase_ = phase::judging;
  judging_since_ = now_;
  if (progress_) progress_->judge_begins(reached_with_epoch());
  open_works_ = works_.size() + 1;  // one more: not before all have been asked
  for (auto& w : works_) {
    if (slots_[w.slot].handle) continue;
    open_session(w.slot);
    await_rows(w);
  }
  request_rows();
  for (auto& w : works_) {
    if (!w.loading) send_inputs(w);
  }
  close_work();
}

void partition_state::open_session(std::uint32_t slot) {
  slots_[slot].handle = make_session(self_->system(), session_settings_, slot);
  slots_[slot].fresh = true;
}

/// Rows that the commit under way holds are read once it is durable: what the store has of them is
/// not what the session answered last.
void partition_state::await_rows(subject_work& w) {
  w.loading = known_.at(w.entry).rows != 0;
  w.delayed = w.loading && in_commit(slots_[w.slot]);
}

void partition_state::request_delayed_rows() {
  if (phase_ != phase::judging) return;
  bool any = false;
  for (auto& w : works_) {
    if (!w.delayed || in_commit(slots_[w.slot])) continue;
    w.delayed = false;
    any = true;
  }
  if (any) request_rows();
}

/// Asks the loader for the rows of sessions just made, in one request.
void partition_state::request_rows() {
  load_request r{parts_.incarnation, sealed(), {}, {}};
  for (const auto& w : works_) {
    if (!w.loading || w.delayed) continue;
    const auto& entry = known_.at(w.entry);
    const auto key = to_bytes(entry.key);
    for (const auto kind :
         {port::row_kind::state, port::row_kind::ledger, port::row_kind::profile}) {
      r.keys.push_back({parts_.number, kind, key});
    }
    r.slots.push_back(w.slot);
  }
  if (!r.slots.empty()) self_->send(parts_.peers.loader, std::move(r), me());
}

void partition_state::on_loaded(load_done& l) {
  if (void_message(l.incarnation) || l.epoch != sealed() || phase_ != phase::judging) return;
  if (l.failed) throw std::runtime_error("cannot load rows: " + l.failed->to_string());
  ++open_works_;
  for (std::size_t i = 0; i < l.slots.size(); ++i) {
    const auto work = slots_[l.slots[i]].work;
    if (work == UINT32_MAX || !works_[work].loading || works_[work].delayed) continue;
    works_[work].loading = false;
    works_[work].rows = std::move(l.rows[i]);
    send_inputs(works_[work]);
  }
  close_work();
}

/// Sends all inputs, or the next one when the poison is looked for; the clock comes with the last.
void partition_state::send_inputs(subject_work& w) {
  if (w.set_aside)
    return set_state_aside(w, "process", "the process ended while it was handled alone");
  judge_request r;
  r.incarnation = parts_.incarnation;
  r.serial = w.serial = ++last_serial_;
  r.who = slots_[w.slot].who;
  r.rules = plan_;
  r.facts_wanted = w.facts_wanted;
  if (std::exchange(slots_[w.slot].fresh, false)) r.rows = w.rows;
  if (!w.answered) {
    r.release = w.release;
    r.reserve = w.reserve;
  }
  if (!w.one_at_a_time) {
    r.inputs = w.inputs;
    r.clock_at_end = clock_at_end_;
  } else if (w.next < w.inputs.size()) {
    r.inputs = {w.inputs[w.next]};
  } else {
    r.clock_at_end = clock_at_end_;
  }
  parts_.probes->judged.add(r.inputs.size());
  work_by_serial_[r.serial] = slots_[w.slot].work;
  touch(w.slot);
  self_->send(slots_[w.slot].handle, std::move(r));
}

void partition_state::on_answer(judge_answer& a) {
  const auto found = work_by_serial_.find(a.serial);
  if (void_message(a.incarnation) || found == work_by_serial_.end()) return;
  auto& w = works_[found->second];
  work_by_serial_.erase(found);
  if (w.serial != a.serial || w.done) return;
  if (!a.who.id.empty()) slots_[w.slot].who = a.who;
  weigh(w.slot, a.bytes);
  for (auto& m : a.matches) {
    if (w.one_at_a_time) m.input += w.next;
    w.matches.push_back(std::move(m));
  }
  if (a.known) w.known = a.known;
  if (!a.profile && w.last.profile) a.profile = std::move(w.last.profile);
  if (!a.ledger && w.last.ledger) a.ledger = std::move(w.last.ledger);
  w.last = std::move(a);
  w.last.matches.clear();
  w.answered = true;
  if (!w.one_at_a_time || w.next++ >= w.inputs.size()) {
    finish_work(w);
    return;
  }
  auto rows = std::make_shared<subject_rows>(w.rows ? *w.rows : subject_rows{});
  rows->state = w.last.state;
  if (w.last.profile) rows->profile = w.last.profile;
  if (w.last.ledger) rows->ledger = w.last.ledger->empty() ? std::nullopt : w.last.ledger;
  w.rows = std::move(rows);
  send_inputs(w);
}

void partition_state::finish_work(subject_work& w) {
  w.done = true;
  close_work();
}

void partition_state::close_work() {
  if (--open_works_ == 0) decide();
}

void partition_state::on_session_failed(const session_failed& f) {
  if (void_message(f.incarnation) || f.slot >= slots_.size()) return;
  parts_.probes->session_failures.add();
  parts_.around.log->write(
      port::log_level::warning, name_, "a session failed",
      {{"subject", slots_[f.slot].who.id}, {"reason", f.reason}, {"rule", f.rule}});
  const auto number = slots_[f.slot].work;
  if (number == UINT32_MAX || phase_ != phase::judging || works_[number].done) {
    end_session(f.slot);  // idle, or after its answer: the bytes it answered stand
    return;
  }
  ++open_works_;
  judge_again(works_[number], f);
  close_work();
}

void partition_state::judge_again(subject_work& w, const session_failed& f) {
  work_by_serial_.erase(w.serial);
  open_session(f.slot);
  if (w.one_at_a_time) poison(w, f);
  if (w.done) return;
  if (!w.one_at_a_time && !w.rows) await_rows(w);
  w.one_at_a_time = true;
  if (w.loading)
    request_rows();
  else
    send_inputs(w);
}

/// The input under way is the poison: its dead letter is part of the commit, the others go on.
void partition_state::poison(subject_work& w, const session_failed& f) {
  codec::dead_letter_row letter;
  letter.actor = "session";
  letter.reason = f.rule.empty() ? f.reason : f.reason + " (rule " + f.rule + ")";
  letter.who = slots_[w.slot].who;
  if (!f.rule.empty()) self_->send(parts_.peers.rules, f.rule, slots_[w.slot].who.id);
  if (w.next < w.inputs.size()) {
    const auto& e = w.inputs[w.next].what;
    letter.input = w.letters[w.next];
    letter.source = e.source;
    letter.event_id = e.id;
    letter.event_type = std::string(plan_->events->name(e.type));
    letter.first_arrival = e.arrival;
    dead_letter(std::move(letter));
    ++w.next;
    return;
  }
  // Handling the deadlines failed: the state itself is the poison. It is set aside whole.
  set_state_aside(w, letter.actor, letter.reason);
}

/// Sessions that have not answered for too long are taken for dead.
void partition_state::kill_silent(timestamp now) {
  if (now - judging_since_ < silence_limit) return;
  judging_since_ = now;
  std::vector<std::uint32_t> silent;
  for (const auto& [serial, work] : work_by_serial_) {
    if (!works_[work].done && works_[work].serial == serial) silent.push_back(works_[work].slot);
  }
  for (const auto slot : silent) {
    self_->send_exit(slots_[slot].handle, caf::exit_reason::kill);
    on_session_failed({parts_.incarnation, slot, "silent for 10 s", {}});
  }
}

}  // namespace beckon::actors
