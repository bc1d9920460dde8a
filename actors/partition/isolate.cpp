// Inputs on which the process ended, not an actor: noted in a record that outlives the process;
// after two failures taken one at a time, marked first, until the one that ends the process is
// found.
#include <algorithm>

#include "actors/partition/state.hpp"
#include "messages/codec/event_codec.hpp"

namespace beckon::actors {
namespace {

constexpr const char* killer = "process";
constexpr const char* why = "the process ended while it was handled alone";

/// Without the session that would have read them.
std::shared_ptr<outreach::facts> facts_in(const subject_rows& rows) {
  auto known = std::make_shared<outreach::facts>();
  if (rows.profile) {
    auto profile = codec::decode_profile(*rows.profile);
    if (!profile) return nullptr;
    known->profile = std::move(*profile);
  }
  if (rows.ledger) {
    auto ledger = codec::decode_ledger(*rows.ledger);
    if (!ledger) return nullptr;
    for (auto& r : *ledger) known->sends.reserve(std::move(r));
  }
  return known;
}

}  // namespace

void partition_state::open_progress() {
  auto* record = settings().starts ? settings().starts->of(parts_.number) : nullptr;
  if (!record) return;
  progress_.emplace(*record);
  ends_seen_.assign(queues_.size(), false);
  if (progress_->failures() == 0) return;
  parts_.around.log->write(port::log_level::warning, name_,
                           progress_->isolates() ? "the process ended in the middle of an epoch "
                                                   "more than once: inputs are taken one at a time"
                                                 : "the process ended in the middle of an epoch",
                           {{"times", std::to_string(progress_->failures())}});
}

/// False: another partition takes its inputs one at a time; this one, which has to, waits.
bool partition_state::may_take() {
  alone_ = progress_ && progress_->isolates();
  if (alone_ && (!commits_.empty() || !settings().starts->enter(parts_.number))) return false;
  if (progress_) progress_->take_begins();
  return true;
}

void partition_state::nothing_to_take() {
  if (!progress_) return;
  progress_->nothing_taken();
  const bool all =
      std::all_of(ends_seen_.begin(), ends_seen_.end(), [](bool seen) { return seen; });
  if (all && progress_->caught_up(to_ms(doors_.clock()))) say_progress();
  if (alone_) settings().starts->leave(parts_.number);
}

epoch::reached partition_state::reached_with_epoch() const {
  epoch::reached to;
  for (std::size_t i = 0; i < std::min(queues_.size(), to.messages.size()); ++i)
    to.messages[i] = queues_[i].taken.sequence + (queues_[i].next_entry > 0 ? 1 : 0);
  to.clock_ms = to_ms(clock_at_end_);
  return to;
}

void partition_state::note_committed(epoch::reached to) {
  if (!progress_) return;
  if (progress_->failures() > 0) {
    const auto upto = saturating_add(from_ms(to.clock_ms), -settings().out_of_order);
    if (!known_.due(upto, 1).empty() || pending_.any_due(decision_clock(), now_))
      to.clock_ms = to_ms(beginning);
  }
  if (progress_->committed(to)) say_progress();
}

void partition_state::say_progress() {
  settings().starts->leave(parts_.number);
  parts_.around.log->write(port::log_level::info, name_,
                           "came past the place where the process had ended");
}

/// One at a time: marked before it is looked at. True: it is not to be judged any more.
bool partition_state::condemned(hash128 input) {
  if (!alone_) return false;
  parts_.probes
      ->of("beckon_isolated_inputs_total",
           "Inputs taken one at a time because the process had ended in the middle of an epoch", {})
      .add();
  return progress_->mark(input);
}

hash128 partition_state::name_of_entry(std::uint32_t source, std::string_view door,
                                       std::uint64_t position) const {
  return hash_builder{}.text(parts_.sources[source].id).text(door).number(position).finish();
}

/// Its dead letters, one per subject, without reading the event any further than needed.
void partition_state::give_up_entry(std::uint32_t source, std::string_view entry,
                                    std::string_view event,
                                    const std::vector<std::string_view>& subjects) {
  codec::dead_letter_row letter;
  letter.actor = killer;
  letter.reason = why;
  letter.input = entry;
  letter.source = parts_.sources[source].id;
  if (const auto type = codec::type_in(event)) letter.event_type = *type;
  for (const auto encoded : subjects) {
    auto who = codec::decode_subject(encoded);
    if (!who) continue;
    letter.who = who->who;
    dead_letter(letter);
    const auto key = key_of(who->who);
    if (!progress_->condemn(key)) continue;
    const auto found = known_.find(key);  // the second in a row: its state may be what is wrong
    if (found != epoch::directory::none &&
        (known_.at(found).rows & epoch::directory::row_state) != 0)
      works_[work_of(key, who->who)].set_aside = true;
  }
  if (subjects.empty()) dead_letter(letter);
}

/// One deadline's subject; a condemned one is not woken, its state is set aside.
void partition_state::take_due_alone(timestamp upto) {
  for (const auto i : known_.due(upto, 1)) {
    const auto key = known_.at(i).key;
    const auto name = hash_builder{}
                          .text("due")
                          .hash(key)
                          .number(static_cast<std::uint64_t>(to_ms(known_.at(i).deadline)))
                          .finish();
    const bool gone = condemned(name);
    auto& work = works_[work_of_entry(i)];
    if (!gone) continue;
    static_cast<void>(progress_->condemn(key));
    work.set_aside = true;
  }
}

/// The state goes into a dead letter whole; other rows stay.
void partition_state::set_state_aside(subject_work& w, const std::string& actor,
                                      const std::string& reason) {
  codec::dead_letter_row letter;
  letter.actor = actor;
  letter.reason = reason;
  letter.who = slots_[w.slot].who;
  letter.input = w.rows && w.rows->state ? *w.rows->state : std::string();
  letter.event_type = "$state";
  if (letter.who.id.empty()) {
    if (const auto row = codec::decode_subject_row(letter.input)) letter.who = row->who;
  }
  dead_letter(std::move(letter));
  auto rows = std::make_shared<subject_rows>(w.rows ? *w.rows : subject_rows{});
  rows->state.reset();
  if (!w.known) w.known = facts_in(*rows);
  w.rows = std::move(rows);
  w.last.state.reset();
  w.last.wake_at = never;
  w.last.interest = 0;
  w.last.has_profile = w.rows->profile.has_value();
  w.last.has_ledger = w.rows->ledger.has_value();
  w.answered = true;
  end_session(w.slot);
  finish_work(w);
}

}  // namespace beckon::actors
