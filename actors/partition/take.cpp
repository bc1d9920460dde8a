// Taking: envelopes in queue order, entries by door position, events by who they concern; then due deadlines.
#include <algorithm>

#include "actors/partition/state.hpp"
#include "engine/epoch/selection.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/event_codec.hpp"

namespace beckon::actors {

void partition_state::on_messages(queue_messages& m) {
  if (void_message(m.incarnation)) return;
  auto& q = queues_[m.source];
  const auto lag = m.pending + q.inbox.size() + m.messages.size();
  parts_.probes->lag[m.source]->add(static_cast<std::int64_t>(lag) - static_cast<std::int64_t>(q.lag));
  q.lag = lag;
  for (auto& one : m.messages) q.inbox.push_back(std::move(one));
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
    parts_.around.log->write(port::log_level::error, name_, "the stored offset does not fit the stream: not reading it",
                             {{"source", parts_.sources[m.source].id}, {"why", m.mismatch}});
    parts_.around.board->set(name_, false, "offset of " + parts_.sources[m.source].id + " does not fit: " + m.mismatch);
    return;
  }
  const bool all = std::all_of(queues_.begin(), queues_.end(), [](const auto& x) { return x.healthy; });
  parts_.around.board->set(name_, all, all ? "" : "reading " + parts_.sources[m.source].id + " is being restored");
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
  if (!settings().event_time) {
    for (const auto& door : doors_.drop_silent(now_ - settings().clock_wait_max)) {
      parts_.around.log->write(port::log_level::warning, name_, "a silent door left the clock", {{"door", door}});
      parts_.probes->of("beckon_doors_silent_total", "Doors that left a partition's clock because they were silent", {}).add();
    }
  }
  if (phase_ == phase::judging) kill_silent(now_);
  if (phase_ == phase::idle) {
    passivate(now_);
    purge();
  }
  gauge_up();
  try_epoch();
}

/// Begins an epoch when there is something to do.
void partition_state::try_epoch() {
  if (phase_ != phase::idle) return;
  now_ = std::max(now_, parts_.around.clock->now());
  plan_ = parts_.peers.plans->current();
  began_ = now_;
  took_ = false;
  record_.emplace(codec::commit_identity{parts_.number, epoch_ + 1, epoch_, stored_incarnation_, plan_->revision});
  take_settlements();
  std::size_t budget = settings().epoch_events;
  bool more = !draining_ && outbox_size_ < settings().outbox_entries;
  while (more && budget > 0) {
    more = false;
    for (std::uint32_t i = 0; i < queues_.size() && budget > 0; ++i) {
      auto& q = queues_[i];
      if (q.inbox.empty()) continue;
      const auto& message = q.inbox.front();
      const auto taken = take_message(i, message, budget);
      budget -= std::min(budget, taken.count);
      took_ = true;
      more = true;
      if (!taken.whole) continue;
      q.next_entry = 0;
      if (q.taken.sequence == 0) q.taken.created_ns = parts_.sources[i].created_ns;
      q.taken.sequence = message.sequence;
      q.taken.broker_time_ns = message.broker_time_ns;
      q.inbox.pop_front();
      q.reader->grant(1);
    }
  }
  clock_at_end_ = doors_.clock();
  if (!draining_) take_due();
  if (works_.empty() && !took_) {
    record_.reset();
    check_drained();
    return;
  }
  judge();
}

/// Takes the message's entries from the first not yet taken on, at most `most`. An envelope may end in a later epoch: its
/// offset and its clock count when its last entry has been taken; the door's position says which entries were.
partition_state::taken_part partition_state::take_message(std::uint32_t source, const port::stored_message& m,
                                                          std::size_t most) {
  auto& next = queues_[source].next_entry;
  if (next == 0) parts_.probes->envelopes.add();
  const auto read = codec::decode_envelope(m.data);
  if (!read) {
    parts_.probes->unreadable.add();
    codec::dead_letter_row letter;
    letter.actor = "queue";
    letter.reason = read.error().to_string();
    letter.input = m.data;
    letter.source = parts_.sources[source].id;
    letter.event_id = std::to_string(m.sequence);
    dead_letter(std::move(letter));
    return {1, true};
  }
  const auto h = doors_.open(parts_.sources[source].id, read->door);
  doors_.hear(h, now_);
  if (read->kind == envelope_kind::begin) {
    doors_.begin(h, read->clock, {read->ends.begin(), read->ends.end()});
    return {1, true};
  }
  std::uint64_t after = next == 0 ? read->after : doors_.position(h);
  std::size_t count = 0;
  for (; next < read->entries.size() && count < most; ++next, ++count) {
    const auto bytes = read->entries[next];
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
    take_entry(bytes, entry->event, entry->subjects, doors_.tick(h, entry->before.value_or(read->before)));
  }
  if (next < read->entries.size()) return {count, false};
  if (read->kind == envelope_kind::end) doors_.end(h, read->clock);
  else doors_.tick(h, read->clock);
  return {count + 1, true};
}

void partition_state::take_entry(std::string_view entry, std::string_view bytes,
                                 const std::vector<std::string_view>& subjects, timestamp clock_before) {
  const auto name = codec::type_in(bytes);
  const auto type = name ? plan_->events->type(*name) : std::nullopt;
  if (!type || !epoch::named(*plan_->rules, *type)) return;
  const auto decoded = codec::decode_event(bytes, *plan_->events);
  if (!decoded) {
    parts_.probes->unreadable.add();
    return;
  }
  for (const auto encoded : subjects) {
    auto who = codec::decode_subject(encoded);
    if (who) take_subject(*decoded, *who, entry, clock_before);
  }
}

void partition_state::take_subject(const event& e, const concerned_subject& who, std::string_view entry,
                                   timestamp clock_before) {
  const auto key = key_of(who.who);
  if (e.client_id) {
    const auto hour = epoch::hour_of(e.arrival);
    const auto id = epoch::deduplication_key(e.source, e.id, key);
    if (!seen_.insert(id, hour)) {
      parts_.probes->repeated.add();
      return;
    }
    record_->seen(hour, id);
  }
  if (!settings().event_time && epoch::late(e, settings().late_limit)) {
    parts_.probes->late.add();
    return;
  }
  const auto found = known_.find(key);
  const auto* entry_of = found == epoch::directory::none ? nullptr : &known_.at(found);
  const bool goes = entry_of && entry_of->session != UINT32_MAX && slots_[entry_of->session].work != UINT32_MAX;
  if (!epoch::concerns(*plan_->rules, e, entry_of, goes, settings().out_of_order > duration::zero())) return;
  auto& work = works_[work_of(key, who.who)];
  work.inputs.push_back({e, who.roles, clock_before});
  work.letters.emplace_back(entry);
}

void partition_state::take_due() {
  const auto upto = saturating_add(clock_at_end_, -settings().out_of_order);
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
  row.epoch = epoch_ + 1;
  row.time = now_;
  row.id = hash_builder{}.text(row.actor).text(row.who.kind).text(row.who.id).text(row.source).text(row.event_id)
               .text(row.input).number(row.epoch).finish();
  parts_.probes->dead_letters.add();
  parts_.around.log->write(port::log_level::error, name_, "gave up on an input: dead letter written",
                           {{"actor", row.actor}, {"reason", row.reason}, {"subject", row.who.id}, {"id", to_hex(row.id)}});
  auto key = to_bytes(row.id);
  record_->put(v1::Row::DEAD_LETTER, std::move(key), codec::encode_dead_letter(row));
  took_ = true;
}

}  // namespace beckon::actors
