// Pending decisions: put off by a filter, rows of the commit; taken up again when their time or an
// answer has come, as inputs of an epoch of their subject. A row's end and what was decided stand
// in one record, so nothing is lost or decided twice. The commit comes before the question.
#include <utility>

#include "actors/partition/state.hpp"
#include "engine/plan/resume.hpp"
#include "messages/codec/field_codec.hpp"
#include "messages/codec/pending_row.hpp"

namespace beckon::actors {
namespace {

// Decisions taken up again: one in so many of what an epoch takes, so that the end of everybody's
// quiet hours delays nobody else.
constexpr std::size_t pending_share = 4;

}  // namespace

/// By which deferred and held decisions wait.
timestamp partition_state::decision_clock() const {
  return settings().event_time ? doors_.clock() : now_;
}

/// Those answered and those whose time has come, while there is room for what they may send.
void partition_state::take_pending() {
  if (outbox_size_ >= settings().outbox_entries) return;
  const auto most = alone_ ? 1 : std::max<std::size_t>(1, settings().epoch_events / pending_share);
  for (auto& w : pending_.take(decision_clock(), now_, most)) take_up(std::move(w));
}

void partition_state::take_up(epoch::woken_decision w) {
  took_ = true;
  const auto& d = w.what;
  record_->erase(v1::Row::PENDING, codec::pending_key(d));
  if (condemned(hash_builder{}.text("pending").hash(d.what->occurrence).text(d.action).finish()))
    return give_up(d);
  // Under event time it is decided at the moment it waited for, whatever else the epoch takes.
  const auto not_before = d.why == outreach::wait_reason::asked ? d.decided : d.wake;
  const auto now = settings().event_time ? not_before : now_;
  auto how = resume(*plan_, w, now);
  if (how.what == resumption::way::ended) return end_pending(d, std::move(how), now);
  count_ended("resumed");
  const auto work = work_of(key_of(d.what->who), d.what->who);
  works_[work].facts_wanted = true;
  woken_.push_back({{work, 0, std::move(how.request), not_before}, how.action});
}

/// Once every session has answered: behind the matches, so that routing has its own numbers; they
/// are decided before them.
void partition_state::collect_woken() {
  for (auto& w : std::exchange(woken_, {})) {
    const auto& by = plan_->actions[w.action];
    const auto& what = *w.request.what;
    if (!works_[w.request.work].known) {
      fail_decision(what, by.id, {"session", "the profile or ledger cannot be read"},
                    decision_time(w.request));
      continue;
    }
    const auto moment = settings().event_time ? to_ms(w.request.not_before) : 0;
    rounds_.add(w.request.work,
                {0, false, moment, -by.priority, to_ms(what.fired), what.rule, what.key, by.id},
                static_cast<std::uint32_t>(candidates_.size()));
    candidates_.push_back({static_cast<std::uint32_t>(requests_.size()), w.action});
    requests_.push_back(std::move(w.request));
  }
}

/// Under event time a hold that ended before a request of the same epoch fired is decided before
/// it, so that it does not matter how the input falls into epochs.
void partition_state::take_up_held() {
  if (!settings().event_time || alone_ || pending_.count(outreach::wait_reason::held) == 0) return;
  const auto before = requests_.size();
  for (const auto number : rounds_.firsts()) {
    const auto& request = requests_[candidates_[number].request];
    const auto key = known_.at(works_[request.work].entry).key;
    for (auto& w : pending_.take_held(key, decision_time(request))) take_up(std::move(w));
  }
  collect_woken();
  parts_.probes->pending.add(static_cast<std::int64_t>(requests_.size() - before));
}

/// As of this round.
void partition_state::know_holds(subject_work& w) {
  if (pending_.count(outreach::wait_reason::held) == 0 && w.known->holds.empty()) return;
  auto holds = pending_.holds_of(known_.at(w.entry).key);
  if (holds == w.known->holds) return;
  w.known = std::make_shared<outreach::facts>(*w.known);  // the one before may still be read
  w.known->holds = std::move(holds);
}

/// The filter's verdict is neither yes nor no.
void partition_state::put_off(const filter_batch::refusal& r, timestamp now) {
  const auto& c = candidates_[r.number];
  auto d =
      beckon::put_off(*plan_, {c.action, r.filter}, requests_[c.request].what, r.why, now, now_);
  d.name = pending_.next_name(record_->epoch(), round_);
  auto& record = record_->track(v1::TrackRecord::POSTPONED, *d.what, now);
  record.set_action(d.action);
  record.set_filter(d.filter);
  record.set_reason(d.reason);
  record.set_until_ms(to_ms(d.wake));
  codec::to_proto(r.why.values, record.mutable_values());
  parts_.probes
      ->of("beckon_decisions_put_off_total", "Decisions that became pending, by filter and why",
           {{"by", d.filter}, {"reason", d.reason}})
      .add();
  record_->put(v1::Row::PENDING, codec::pending_key(d), codec::encode_pending(d));
  if (d.why == outreach::wait_reason::asked)
    asks_.push_back(
        {parts_.number, parts_.incarnation, d.name, plan_, r.filter, r.why.later->ask, d.wake});
  const auto gone = pending_.add(std::move(d));
  if (!gone) return;
  record_->erase(v1::Row::PENDING, codec::pending_key(*gone));
  end_pending(*gone, {.reason = "pending_full"}, now);
}

/// Without a send; its row is already erased.
void partition_state::end_pending(const epoch::pending_decision& d, resumption how, timestamp now) {
  auto& record = record_->track(
      how.filter.empty() ? v1::TrackRecord::REFUSED : v1::TrackRecord::FILTERED, *d.what, now);
  record.set_action(d.action);
  record.set_filter(how.filter);
  record.set_reason(how.reason);
  codec::to_proto(how.values, record.mutable_values());
  count_verdict(how.filter.empty() ? "pending" : how.filter, how.reason);
  count_ended(how.filter.empty() ? how.reason : "refused");
}

/// The process ended over it: a dead letter, verdict error(<id>). The second of its subject in a
/// row: the state may be what is wrong.
void partition_state::give_up(const epoch::pending_decision& d) {
  fail_decision(*d.what, d.action, {"process", "the process ended while it was handled alone"},
                settings().event_time ? d.decided : now_);
  count_ended("error");
  const auto key = key_of(d.what->who);
  if (!progress_->condemn(key)) return;
  const auto found = known_.find(key);
  if (found != epoch::directory::none && (known_.at(found).rows & epoch::directory::row_state) != 0)
    works_[work_of(key, d.what->who)].set_aside = true;
}

void partition_state::count_ended(const std::string& reason) {
  parts_.probes
      ->of("beckon_pending_ended_total",
           "Pending decisions that are none any more: taken up again (resumed), or why they ended",
           {{"reason", reason}})
      .add();
}

void partition_state::on_predicate_answer(predicate_answer& a) {
  if (void_message(a.incarnation) || !pending_.hear(a.name, std::move(a.what))) {
    parts_.probes
        ->of("beckon_predicate_answers_void_total",
             "Answers about decisions that waited for none any more", {})
        .add();
    return;
  }
  try_epoch();
}

/// The epoch is durable: what is still waited for is asked.
void partition_state::send_asks(commit_under_way& done) {
  if (draining_ || !parts_.peers.predicates) return;
  for (auto& ask : done.asks) {
    if (pending_.find(ask.name)) self_->send(parts_.peers.predicates, std::move(ask), me());
  }
}

void partition_state::recover_pending(const recover_done& r) {
  for (const auto& [key, bytes] : r.pending) {
    auto d = codec::decode_pending(key, bytes);
    if (!d) throw std::runtime_error(d.error().to_string());
    pending_.restore(std::move(*d));
  }
}

void partition_state::gauge_pending() {
  using outreach::wait_reason;
  gauge(parts_.probes->pending_asked, gauged_asked_, pending_.count(wait_reason::asked));
  gauge(parts_.probes->pending_deferred, gauged_deferred_, pending_.count(wait_reason::deferred));
  gauge(parts_.probes->pending_held, gauged_held_, pending_.count(wait_reason::held));
}

void partition_state::gauge_oldest_pending() {
  const auto oldest = pending_.oldest();
  const auto now = decision_clock();
  parts_.probes->oldest_pending(parts_.number, oldest < now ? now - oldest : duration::zero());
}

}  // namespace beckon::actors
