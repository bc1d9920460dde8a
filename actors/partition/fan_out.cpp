// Fan-out: a firing of a TO EACH rule is a job; scans of its relation's rows make events for the
// members, which are rows of the next commit and only then go to the derived door. Nothing is lost
// or doubled: what is told and how far a job came stand in one record.
#include <algorithm>
#include <utility>

#include "actors/derived/derived_door.hpp"
#include "actors/partition/state.hpp"
#include "engine/plan/telling.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/fan_out_rows.hpp"

namespace beckon::actors {
namespace {

const std::size_t largest_body = door_settings().envelope_bytes;

}  // namespace

/// A rule fired that tells members. Their events follow once the epoch is committed.
void partition_state::open_job(const cep::match& m, const outreach::request& what) {
  if (!reaches_somebody(*plan_, *m.rule)) return;
  epoch::fan_out_job job;
  job.number = ++last_job_;
  job.occurrence = what.occurrence;
  job.owner = what.who;
  job.rule = what.rule;
  job.rule_version = what.rule_version;
  job.relation = m.rule->to_each;
  job.key = what.key;
  job.fired = what.fired;
  job.arrival = what.arrival;
  job.returns = what.returns;
  record_->put(v1::Row::JOB, codec::outbox_key(job.number), codec::encode_job(job));
  opened_.push_back(std::move(job));
}

/// Asks for the next rows of some job, as long as what waits to be committed and to be stored in
/// queues is little.
void partition_state::scan_for_jobs() {
  if (draining_ || phase_ == phase::recovering || jobs_.size() == 0) return;
  if (to_tell_.size() >= epoch::fan_out::rows_at_once ||
      derived_sequence_ - derived_stored_ >= epoch::fan_out::most_unacked)
    return;
  if (const auto& items = parts_.peers.items; items && !items->complete()) return;
  const auto wanted = jobs_.next(*parts_.peers.plans->current()->rules);
  drop_ended_jobs();
  if (!wanted) return;
  scan(port::row_kind::relation, wanted->prefix, wanted->after, wanted->most,
       [this](auto rows, bool whole) { tell_members(rows, whole); });
}

void partition_state::tell_members(const std::vector<relation_row>& rows, bool whole) {
  const auto plan = parts_.peers.plans->current();
  auto step = jobs_.take(rows, whole, *plan->rules);
  for (auto& member : step.told) {
    if (parts_.peers.items) parts_.peers.items->attach(member.what);
    to_tell_.push_back({0, partition_of(key_of(member.who.who), settings().partitions),
                        codec::encode_entry_body({&member.who, 1}, member.what, *plan->events)});
  }
  moved_jobs_[step.job] = step.left ? std::optional(codec::encode_job(*step.left)) : std::nullopt;
  drop_ended_jobs();
  scan_for_jobs();
  try_epoch();
}

void partition_state::drop_ended_jobs() {
  for (const auto& job : jobs_.take_ended()) {
    moved_jobs_[job.number] = std::nullopt;
    parts_.around.log->write(port::log_level::warning, name_,
                             "a fan-out ends early: its rule or relation is not there any more",
                             {{"rule", job.rule},
                              {"relation", job.relation},
                              {"owner", job.owner.id},
                              {"told", static_cast<std::int64_t>(job.told)}});
    parts_.probes
        ->of("beckon_fan_out_dropped_total",
             "Fan-outs that ended before everyone was told: the rule or relation was gone",
             {{"rule", job.rule}})
        .add();
  }
}

/// What scans have made since the last epoch, and rows that have done their duty.
void partition_state::take_fan_out() {
  for (auto& e : std::exchange(to_tell_, {})) put_derived(e.partition, std::move(e.body));
  for (auto& [number, row] : std::exchange(moved_jobs_, {})) {
    took_ = true;
    if (row)
      record_->put(v1::Row::JOB, codec::outbox_key(number), std::move(*row));
    else
      record_->erase(v1::Row::JOB, codec::outbox_key(number));
  }
  for (; derived_erased_ < derived_stored_; took_ = true)
    record_->erase(v1::Row::DERIVED, codec::outbox_key(++derived_erased_));
}

void partition_state::put_derived(std::uint32_t to_partition, std::string entry_body) {
  if (entry_body.size() > largest_body) {
    codec::dead_letter_row letter;
    letter.actor = "derived door";
    letter.reason =
        "an event of " + std::to_string(entry_body.size()) + " bytes exceeds an envelope";
    letter.input = std::move(entry_body);
    dead_letter(std::move(letter));
    return;
  }
  took_ = true;
  derived_entry e{++derived_sequence_, to_partition, std::move(entry_body)};
  record_->put(v1::Row::DERIVED, codec::outbox_key(e.position),
               codec::encode_derived({e.partition, e.body}));
  derived_release_.push_back(std::move(e));
}

/// The epoch is durable.
void partition_state::release_derived(commit_under_way& done) {
  for (auto& job : done.opened) jobs_.open(std::move(job));
  if (!done.derived.empty()) self_->send(derived_, derived_entries{std::move(done.derived)});
}

void partition_state::on_derived_stored(const derived_stored& d) {
  if (void_message(d.incarnation)) return;
  derived_stored_ = std::max(derived_stored_, d.low_water);
  scan_for_jobs();
  try_epoch();
}

timestamp partition_state::oldest_open_job() const {
  timestamp least = jobs_.oldest();
  const auto look_at = [&](const auto& opened) {
    for (const auto& job : opened) least = std::min(least, job.fired);
  };
  for (const auto& c : commits_) look_at(c.opened);
  look_at(opened_);
  return least;
}

/// Jobs go on behind the last member told; entries not known to be stored are sent again, under
/// their positions.
void partition_state::recover_fan_out(const recover_done& r) {
  for (const auto& [key, bytes] : r.jobs) {
    auto job = codec::decode_job(bytes);
    const auto number = codec::outbox_order(key);
    if (!job || !number) throw std::runtime_error("a job row cannot be read");
    job->number = *number;
    last_job_ = std::max(last_job_, *number);
    jobs_.open(std::move(*job));
  }
  derived_entries again;
  for (const auto& [key, bytes] : r.derived) {
    auto row = codec::decode_derived(bytes);
    const auto position = codec::outbox_order(key);
    if (!row || !position) throw std::runtime_error("a derived row cannot be read");
    again.entries.push_back({*position, row->partition, std::move(row->body)});
  }
  derived_stored_ = again.entries.empty() ? derived_sequence_ : again.entries.front().position - 1;
  derived_erased_ = derived_stored_;
  derived_ = spawn_derived(self_, {parts_.incarnation, me(), parts_.number, settings().partitions,
                                   settings().prefix, parts_.peers.bus, parts_.around});
  if (!again.entries.empty()) self_->send(derived_, std::move(again));
}

}  // namespace beckon::actors
