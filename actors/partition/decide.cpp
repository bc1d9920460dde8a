// Deciding: fired matches are routed by their rule's actor; then round after round goes through the
// filter chains, the k-th candidate of each subject in round k; what passes is rendered and
// reserved at once.
#include "engine/plan/decide.hpp"

#include "actors/partition/state.hpp"
#include "messages/codec/field_codec.hpp"

namespace beckon::actors {

void partition_state::decide() {
  phase_ = phase::routing;
  round_ = 0;
  collect_requests();
  std::map<std::string, std::vector<decision_item>> by_rule;
  for (std::uint32_t i = 0; i < requests_.size(); ++i) {
    by_rule[requests_[i].what->rule].push_back({i, requests_[i].what, {}, 0, {}});
  }
  collect_woken();
  parts_.probes->pending.add(static_cast<std::int64_t>(requests_.size()));
  for (auto& [rule, items] : by_rule) send_batch(std::move(items), std::nullopt);
  if (by_rule.empty()) next_round();
}

void partition_state::collect_requests() {
  std::set<hash128> occurrences;
  for (std::uint32_t i = 0; i < works_.size(); ++i) {
    for (auto& m : works_[i].matches) add_request(i, m, occurrences);
    works_[i].matches.clear();
  }
}

void partition_state::add_request(std::uint32_t work, epoch::session_match& m,
                                  std::set<hash128>& occurrences) {
  auto what = std::make_shared<outreach::request>();
  what->occurrence = m.what.occurrence;
  what->who = slots_[works_[work].slot].who;
  what->rule = m.what.rule->name;
  what->rule_version = m.what.rule->version;
  what->key = std::move(m.what.key);
  what->fired = m.what.time;
  what->arrival = m.arrival;
  what->returns = std::move(m.what.returns);
  std::string reason(cep::to_string(m.what.why));
  if (reason.empty() && !occurrences.insert(what->occurrence).second) reason = "same_occurrence";
  const auto fired = m.told ? v1::TrackRecord::TOLD : v1::TrackRecord::MATCHED;
  auto& record = record_->track(reason.empty() ? fired : v1::TrackRecord::WITHHELD, *what, now_);
  record.set_history_short(m.what.history_short);
  if (!reason.empty()) {
    record.set_reason(reason);
    parts_.probes
        ->of("beckon_matches_withheld_total", "Completed matches that did not fire",
             {{"rule", what->rule}, {"reason", reason}})
        .add();
    return;
  }
  codec::to_proto(what->returns, record.mutable_returns());
  if (m.told) {
    parts_.probes
        ->of("beckon_fan_out_told_total", "Members whom the firing of a TO EACH rule reached",
             {{"rule", what->rule}})
        .add();
  } else {
    parts_.probes->of("beckon_matches_total", "Matches that fired", {{"rule", what->rule}}).add();
    if (!m.what.rule->to_each.empty()) {  // it is its members who are decided about
      open_job(m.what, *what);
      return;
    }
  }
  requests_.push_back({work, m.input + 1, std::move(what)});
}

void partition_state::send_batch(std::vector<decision_item> items,
                                 std::optional<std::size_t> chain) {
  const auto id = ++last_batch_;
  const auto alive = std::make_shared<work_token>(
      [to = me(), incarnation = parts_.incarnation, id](drop_note note) {
        caf::anon_send(to, batch_dropped{incarnation, id, std::move(note)});
      });
  batches_[id] = {items, chain};
  if (chain) {
    self_->send(parts_.peers.filters,
                filter_batch{parts_.incarnation, id, plan_, *chain, 0, std::move(items), {}, alive},
                me());
  } else {
    self_->send(parts_.peers.rules,
                route_batch{parts_.incarnation, id, plan_, std::move(items), alive}, me());
  }
}

void partition_state::on_routed(routed_batch& b) {
  b.alive->confirm();
  if (void_message(b.incarnation) || batches_.erase(b.batch) == 0) return;
  std::set<std::uint32_t> without_action(b.handled.begin(), b.handled.end());
  for (const auto& r : b.routes) {
    without_action.erase(r.number);
    const auto& request = requests_[r.number];
    const auto& by = plan_->actions[r.action];
    parts_.probes->requests.add();
    auto& record = record_->track(
        r.verdict == outreach::routing::taken ? v1::TrackRecord::ROUTED : v1::TrackRecord::REFUSED,
        *request.what, decision_time(*request.what));
    record.set_action(by.id);
    if (r.verdict != outreach::routing::taken) {
      record.set_reason(std::string(outreach::to_string(r.verdict)));
      count_verdict("route", record.reason());
      continue;
    }
    const bool by_event = request.what->arrival != beginning;
    rounds_.add(request.work,
                {request.input, by_event, to_ms(request.what->fired), -by.priority, 0,
                 request.what->rule, request.what->key, by.id},
                static_cast<std::uint32_t>(candidates_.size()));
    candidates_.push_back({r.number, r.action});
  }
  for (const auto number : without_action) {
    parts_.probes->requests.add();
    record_
        ->track(v1::TrackRecord::REFUSED, *requests_[number].what,
                decision_time(*requests_[number].what))
        .set_reason("no_action");
    count_verdict("route", "no_action");
  }
  if (batches_.empty()) next_round();
}

timestamp partition_state::decision_time(const outreach::request& what) const {
  return settings().event_time ? what.fired : now_;
}

timestamp partition_state::decision_time(const epoch_request& r) const {
  return std::max(decision_time(*r.what), r.not_before);
}

std::optional<std::size_t> partition_state::chain_of(const epoch_candidate& c) const {
  const auto chain = plan_->chain_by_id.find(plan_->actions[c.action].chain);
  if (chain == plan_->chain_by_id.end()) return std::nullopt;
  return chain->second;
}

/// The next round: one batch per chain. Candidates without a chain are settled at once. After the
/// last: commit.
void partition_state::next_round() {
  phase_ = phase::deciding;
  while (true) {
    ++round_;
    take_up_held();
    const auto round = rounds_.next();
    if (round.empty()) {
      commit();
      return;
    }
    std::map<std::size_t, std::vector<decision_item>> by_chain;
    for (const auto number : round) {
      const auto& c = candidates_[number];
      const auto& request = requests_[c.request];
      const auto chain = chain_of(c);
      if (!chain) {
        settle_candidate(number, decision_time(request));
        continue;
      }
      know_holds(works_[request.work]);
      by_chain[*chain].push_back(
          {number, request.what, works_[request.work].known, c.action, decision_time(request)});
    }
    for (auto& [chain, items] : by_chain) send_batch(std::move(items), chain);
    if (!by_chain.empty()) return;
  }
}

void partition_state::on_filtered(filter_batch& b) {
  b.alive->confirm();
  if (void_message(b.incarnation) || batches_.erase(b.batch) == 0) return;
  for (const auto& r : b.refused) {
    const auto now = decision_time(requests_[candidates_[r.number].request]);
    if (r.why.later)
      put_off(r, now);
    else
      refuse_candidate(r, now);
  }
  for (const auto& item : b.items) settle_candidate(item.number, item.now);
  b.items.clear();
  if (batches_.empty()) next_round();
}

void partition_state::refuse_candidate(const filter_batch::refusal& r, timestamp now) {
  const auto& c = candidates_[r.number];
  const auto& id = plan_->filters[r.filter].id;
  auto& record = record_->track(v1::TrackRecord::FILTERED, *requests_[c.request].what, now);
  record.set_action(plan_->actions[c.action].id);
  record.set_filter(id);
  record.set_reason(r.why.reason);
  codec::to_proto(r.why.values, record.mutable_values());
  count_verdict(id, r.why.reason);
}

void partition_state::count_verdict(const std::string& filter, const std::string& reason) {
  parts_.probes
      ->of("beckon_verdicts_total", "Final verdicts over (match, action), by who decided and why",
           {{"by", filter}, {"reason", reason}})
      .add();
}

/// Every filter passed: rendered, reserved, into the outbox.
void partition_state::settle_candidate(std::uint32_t number, timestamp now) {
  const auto& c = candidates_[number];
  auto& work = works_[requests_[c.request].work];
  const auto& what = *requests_[c.request].what;
  const auto& by = plan_->actions[c.action];
  work.known =
      std::make_shared<outreach::facts>(*work.known);  // the round's own copy is still being read
  auto settled = settle_send(*plan_, what, by, *work.known, now);
  auto& record =
      record_->track(settled.sent ? v1::TrackRecord::SENT : v1::TrackRecord::REFUSED, what, now);
  record.set_action(by.id);
  if (!settled.sent) {
    record.set_reason(settled.reason);
    count_verdict("render", settled.reason);
    return;
  }
  work.ledger_changed = true;
  record.set_channel(settled.sent->channel);
  record.set_delivery_id(to_bytes(settled.sent->delivery));
  count_verdict("send", "sent");
  delivery::outbox_entry entry;
  entry.order = ++outbox_order_;
  entry.delivery = settled.sent->delivery;
  entry.occurrence = what.occurrence;
  entry.who = what.who;
  entry.rule = what.rule;
  entry.rule_version = what.rule_version;
  entry.action = by.id;
  entry.channel = std::move(settled.sent->channel);
  entry.content_type = std::move(settled.sent->content.content_type);
  entry.body = std::move(settled.sent->content.body);
  entry.fired = what.fired;
  entry.decided = now;
  entry.expires = settings().event_time ? never : settled.sent->expires;
  entry.arrival = what.arrival;
  entry.when_unknown = by.when_unknown;
  record_->put(v1::Row::OUTBOX, codec::outbox_key(entry.order), codec::encode_outbox(entry));
  release_.push_back(std::move(entry));
  ++decided_;
}

void partition_state::on_dropped(const batch_dropped& d) {
  if (void_message(d.incarnation)) return;
  auto found = batches_.extract(d.batch);
  if (found.empty()) return;
  auto& batch = found.mapped();
  if (batch.items.size() == 1 && !d.note.actor.empty()) {
    fail_item(batch, d.note);
  } else {
    for (auto& item : batch.items) send_batch({item}, batch.chain);
  }
  if (batches_.empty()) next_round();
}

/// A rule or filter failed on this one request alone: verdict error(<id>), and a dead letter.
void partition_state::fail_item(const open_batch& b, const drop_note& note) {
  const auto& item = b.items.front();
  if (!b.chain) parts_.probes->requests.add();
  fail_decision(*item.what, b.chain ? plan_->actions[item.action].id : std::string(), note,
                b.chain ? item.now : decision_time(*item.what));
}

void partition_state::fail_decision(const outreach::request& what, const std::string& action,
                                    const drop_note& note, timestamp now) {
  codec::dead_letter_row letter;
  letter.actor = note.actor;
  letter.reason = note.reason;
  letter.who = what.who;
  letter.event_type = "$decision " + what.rule;
  letter.event_id = to_hex(what.occurrence);
  dead_letter(std::move(letter));
  auto& record = record_->track(v1::TrackRecord::ERRORED, what, now);
  record.set_action(action);
  record.set_reason(note.reason);
  record.set_filter(note.actor);
  count_verdict(note.actor, "error");
}

}  // namespace beckon::actors
