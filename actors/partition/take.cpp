// Taking: envelopes in queue order, entries by door position, events by who they concern; then due
// deadlines.
#include <algorithm>

#include "actors/partition/state.hpp"
#include "engine/epoch/selection.hpp"
#include "engine/plan/telling.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"

namespace beckon::actors {
namespace {

// Derived events: one in so many of what an epoch takes, while the outbox is filled to less than
// one in so many of its bound.
constexpr std::size_t derived_share = 4;
constexpr std::size_t outbox_share = 16;

// Epochs not durable yet, the one that is being worked on included.
constexpr std::size_t most_uncommitted = 2;

}  // namespace

/// The epoch before need not be durable, but its commit is not to be over in a moment.
bool partition_state::may_begin() {
  if (phase_ != phase::idle || commits_.size() >= most_uncommitted) return false;
  now_ = std::max(now_, parts_.around.clock->now());
  if (!commits_.empty() && !pace_.may_begin(now_ - commits_.front().handed)) return false;
  return may_take();
}

/// Begins an epoch, or goes on with one that has concerned nobody yet, when there is something to
/// do.
void partition_state::try_epoch() {
  if (!may_begin()) return;
  began_ = now_;
  if (!record_) open_epoch();
  if (plan_ != parts_.peers.plans->current()) return judge();  // under the plan it began with
  take_settlements();
  take_redriven();
  take_fan_out();
  if (!draining_) take_kept_relations();
  if (!draining_) take_pending();
  if (!draining_ && alone_ && works_.empty()) take_due();
  const bool more = !draining_ && outbox_size_ < settings().outbox_entries && take_messages();
  clock_at_end_ = doors_.clock();
  if (!draining_ && !alone_) take_due();
  if (more || took_ || !works_.empty() || !stays_open()) return judge();
  if (!quiet_.has_read()) record_.reset();
  nothing_to_take();
  if (!record_) check_drained();
}

void partition_state::open_epoch() {
  plan_ = parts_.peers.plans->current();
  took_ = false;
  quiet_.over();
  record_.emplace(codec::commit_identity{parts_.number, sealed() + 1, sealed(), stored_incarnation_,
                                         plan_->revision});
}

/// Of an epoch that concerns nobody so far: it is not committed yet.
bool partition_state::stays_open() const {
  if (!quiet_.has_read()) return true;
  const bool careful = progress_ && progress_->failures() > 0;
  return !draining_ && !careful &&
         quiet_.may_stay_open(settings().epoch_events, settings().quiet_epoch_time, now_);
}

/// From the queues in turn, a message each, until nothing is left or the epoch has enough inputs or
/// has taken for so long. Derived events are a part of it at most, and none while the outbox has
/// much to do, so that a wide fan-out holds up nobody; while too many fan-outs are open they alone
/// are taken, for those wait for nothing else. True: something was read, and there is more.
bool partition_state::take_messages() {
  const bool may_open_jobs = !jobs_.full();
  std::size_t budget = settings().epoch_events;
  std::size_t derived =
      outbox_size_ < std::max<std::size_t>(1, settings().outbox_entries / outbox_share)
          ? std::max<std::size_t>(1, budget / derived_share)
          : 0;
  bool read = false;
  for (bool more = true; more;) {
    more = false;
    for (std::uint32_t i = 0; i < queues_.size(); ++i) {
      const bool is_derived = parts_.sources[i].derived;
      auto most = is_derived ? std::min(budget, derived) : may_open_jobs ? budget : 0;
      if (alone_) most = works_.empty() ? std::min<std::size_t>(most, 1) : 0;
      if (queues_[i].inbox.empty() || most == 0) continue;
      const auto taken = take_message(i, most);
      if (taken.whole) drop_head(i);
      quiet_.read(taken.count, now_);
      read = more = true;
      budget -= std::min(budget, taken.count);
      if (is_derived) derived -= std::min(derived, taken.count);
      if (budget == 0 || parts_.around.clock->now() - began_ >= settings().epoch_time)
        return has_unread();
    }
  }
  return read && has_unread();
}

bool partition_state::has_unread() const {
  return std::any_of(queues_.begin(), queues_.end(),
                     [](const queue_state& q) { return !q.inbox.empty(); });
}

/// The first message is taken whole: it counts as read.
void partition_state::drop_head(std::uint32_t source) {
  auto& q = queues_[source];
  const auto& message = q.inbox.front();
  if (q.taken.sequence == 0) q.taken.created_ns = parts_.sources[source].created_ns;
  q.taken.sequence = message.sequence;
  q.taken.broker_time_ns = message.broker_time_ns;
  q.head.reset();
  q.next_entry = 0;
  q.inbox.pop_front();
  q.ahead.taken();
  if (const auto more = q.ahead.grant(); more > 0 && q.reader) q.reader->grant(more);
}

/// What was committed is older than what the queue still holds (a restored copy): without what lies
/// between, everything behind it would wait for ever.
void partition_state::note_aged_out(std::uint32_t source, std::uint64_t sequence) {
  const auto& taken = queues_[source].taken;
  if (sequence <= taken.sequence + 1 || (taken.sequence == 0 && epoch_ > 0)) return;
  const auto& id = parts_.sources[source].id;
  doors_.skip(id);
  if (taken.sequence == 0) return;  // nothing is known of it: nothing is missed
  parts_.around.log->write(port::log_level::error, name_,
                           "the queue does not hold any more what follows the last commit",
                           {{"source", id},
                            {"committed", std::to_string(taken.sequence)},
                            {"first", std::to_string(sequence)}});
  parts_.probes
      ->of("beckon_queue_aged_out_total",
           "Messages that queues had purged before they were judged (after a restore), by source",
           {{"source", id}})
      .add(sequence - taken.sequence - 1);
}

/// Takes from the first message of a queue what is not yet taken of it, at most `most` entries.
partition_state::taken_part partition_state::take_message(std::uint32_t source, std::size_t most) {
  auto& q = queues_[source];
  if (!q.head) {
    const auto& message = q.inbox.front();
    note_aged_out(source, message.sequence);
    parts_.probes->envelopes.add();
    auto read = codec::decode_envelope(message.data);
    if (!read) {
      parts_.probes->unreadable.add();
      codec::dead_letter_row letter;
      letter.actor = "queue";
      letter.reason = read.error().to_string();
      letter.input = message.data;
      letter.source = parts_.sources[source].id;
      letter.event_id = std::to_string(message.sequence);
      dead_letter(std::move(letter));
      return {1, true};
    }
    q.head = std::move(*read);
  }
  const auto h = doors_.open(parts_.sources[source].id, q.head->door);
  doors_.hear(h, now_);
  if (q.head->kind != envelope_kind::begin) return take_entries(source, h, most);
  doors_.begins_behind(h, q.head->after);
  doors_.begin(h, q.head->clock, {q.head->ends.begin(), q.head->ends.end()});
  return {1, true};
}

/// An envelope may end in a later epoch: its offset and its clock count when its last entry has
/// been taken; the door's position says which entries were.
partition_state::taken_part partition_state::take_entries(std::uint32_t source,
                                                          epoch::door_table::handle h,
                                                          std::size_t most) {
  const auto& envelope = *queues_[source].head;
  auto& next = queues_[source].next_entry;
  std::uint64_t after = next == 0 ? envelope.after : doors_.position(h);
  std::size_t count = 0;
  for (; next < envelope.entries.size() && count < most; ++next, ++count) {
    const auto bytes = envelope.entries[next];
    const auto entry = codec::decode_entry(bytes);
    if (!entry) {
      parts_.probes->unreadable.add();
      continue;
    }
    const auto verdict = doors_.admit(h, after, entry->position);
    after = entry->position;
    if (verdict == epoch::admission::duplicate) parts_.probes->duplicates.add();
    if (verdict == epoch::admission::gap) {
      parts_.probes->gaps.add();
      return {count + 1, true};
    }
    if (verdict != epoch::admission::take) continue;
    doors_.taken(h, entry->position);
    parts_.probes->events.add();
    if (alone_ && condemned(name_of_entry(source, envelope.door, entry->position))) {
      give_up_entry(source, bytes, entry->event, entry->subjects);
      continue;
    }
    take_entry(source, bytes, entry->event, entry->subjects,
               doors_.tick(h, entry->before.value_or(envelope.before)));
  }
  if (next < envelope.entries.size()) return {count, false};
  if (envelope.kind == envelope_kind::end)
    doors_.end(h, envelope.clock);
  else
    doors_.tick(h, envelope.clock);
  return {count + 1, true};
}

void partition_state::take_entry(std::uint32_t source, std::string_view entry,
                                 std::string_view bytes,
                                 const std::vector<std::string_view>& subjects,
                                 timestamp clock_before) {
  const auto name = codec::type_in(bytes);
  const auto type = name ? plan_->events->type(*name) : std::nullopt;
  const bool relates = type && !plan_->events->relation_changes(*type).empty();
  const bool named = type && epoch::named(*plan_->rules, *type);
  const auto told =
      type && parts_.sources[source].derived ? decided_for_each(*plan_, *type) : nullptr;
  if (!named && !relates && !told) return;
  const auto decoded = codec::decode_event(bytes, *plan_->events);
  if (!decoded) {
    parts_.probes->unreadable.add();
    return;
  }
  if (relates) relate(*decoded);
  if (!named && !told) return;
  for (const auto encoded : subjects) {
    auto who = codec::decode_subject(encoded);
    if (who && !who->roles.empty()) take_subject(*decoded, *who, entry, clock_before, told);
  }
}

void partition_state::take_subject(const event& e, const concerned_subject& who,
                                   std::string_view entry, timestamp clock_before,
                                   const std::shared_ptr<const language::checked_rule>& told) {
  const auto key = key_of(who.who);
  if (e.client_id) {
    const auto id = epoch::deduplication_key(e.source, e.id, key);
    if (!seen_.insert(id, e.arrival, record_->epoch())) {
      parts_.probes->repeated.add();
      return;
    }
    record_->seen(e.arrival, id);
  }
  if (!settings().event_time && epoch::late(e, settings().late_limit)) {
    parts_.probes->late.add();
    return;
  }
  const auto found = known_.find(key);
  const auto* entry_of = found == epoch::directory::none ? nullptr : &known_.at(found);
  const bool goes =
      entry_of && entry_of->session != UINT32_MAX && slots_[entry_of->session].work != UINT32_MAX;
  if (!told && !epoch::concerns(*plan_->rules, e, entry_of, goes,
                                settings().out_of_order > duration::zero()))
    return;
  auto& work = works_[work_of(key, who.who)];
  work.inputs.push_back({e, who.roles, clock_before, told});
  work.letters.emplace_back(entry);
}

void partition_state::take_due() {
  const auto upto = saturating_add(doors_.clock(), -settings().out_of_order);
  if (alone_) return take_due_alone(upto);
  for (const auto i : known_.due(upto, settings().epoch_events)) work_of_entry(i);
}

void partition_state::take_settlements() {
  for (const auto& s : settlements_) write_settlement(s);
  for (const auto& [s, note] : poisoned_) write_poison(s, note);
  settlements_.clear();
  poisoned_.clear();
}

std::uint32_t partition_state::work_of(hash128 key, const subject& who) {
  const auto i = known_.obtain(key);
  const auto work = work_of_entry(i);
  auto& slot = slots_[known_.at(i).session];
  if (slot.who.id.empty()) slot.who = who;
  return work;
}

/// The subject's work of this epoch, made when new, with a slot for its session.
std::uint32_t partition_state::work_of_entry(epoch::directory::index i) {
  auto& entry = known_.at(i);
  if (entry.session == epoch::directory::none) {
    if (free_slots_.empty()) {
      free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    entry.session = free_slots_.back();
    free_slots_.pop_back();
    slots_[entry.session] = session_slot{};
    slots_[entry.session].key = entry.key;
    ++residents_;
    weigh(entry.session, 0);
    link_newest(entry.session);
  }
  auto& slot = slots_[entry.session];
  if (slot.work == UINT32_MAX) {
    slot.work = static_cast<std::uint32_t>(works_.size());
    works_.emplace_back();
    works_.back().entry = i;
    works_.back().slot = entry.session;
  }
  return slot.work;
}

void partition_state::dead_letter(codec::dead_letter_row row) {
  row.partition = parts_.number;
  row.epoch = sealed() + 1;
  row.time = now_;
  row.id = hash_builder{}
               .text(row.actor)
               .text(row.who.kind)
               .text(row.who.id)
               .text(row.source)
               .text(row.event_id)
               .text(row.input)
               .number(row.epoch)
               .finish();
  parts_.probes->dead_letters.add();
  parts_.around.log->write(port::log_level::error, name_,
                           "gave up on an input: dead letter written",
                           {{"actor", row.actor},
                            {"reason", row.reason},
                            {"subject", row.who.id},
                            {"id", to_hex(row.id)}});
  record_->put(v1::Row::DEAD_LETTER, to_bytes(row.id), codec::encode_dead_letter(row));
  for (const auto& gone : letters_.add(row.id)) {
    record_->erase(v1::Row::DEAD_LETTER, to_bytes(gone));
    parts_.probes->letters_dropped.add();
  }
  took_ = true;
}

}  // namespace beckon::actors
