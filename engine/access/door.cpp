#include "engine/access/door.hpp"

#include <algorithm>
#include <utility>

namespace beckon {
namespace {

constexpr std::size_t entry_overhead = 64;  // bytes an entry costs beside its body

}  // namespace

door::door(door_settings settings)
    : settings_(std::move(settings)),
      queues_(settings_.partitions + (settings_.item_log ? 1 : 0)),
      last_position_(0),
      low_water_(settings_.resume_after),
      horizon_(settings_.import ? beginning : settings_.start) {}

void door::begin(std::vector<std::string> predecessors) {
  if (state_ != state::fresh) return;
  if (settings_.quiet) {
    state_ = state::open;
    return;
  }
  predecessors_ = std::move(predecessors);
  state_ = state::starting;
  request(envelope_kind::begin);
}

void door::end(std::optional<timestamp> until) {
  if (end_requested_) return;
  end_requested_ = true;
  until_ = until;
  if (state_ == state::fresh || settings_.quiet) state_ = state::ended;
  if (state_ != state::open) return;  // after `begin` is through, then
  state_ = state::draining;
  request(envelope_kind::end);
}

void door::request(envelope_kind control) {
  controls_left_ = settings_.partitions;
  for (std::uint32_t i = 0; i < settings_.partitions; ++i) {
    queues_[i].control = control;
    note_ready(i);
  }
}

void door::finish_control() {
  if (--controls_left_ > 0) return;
  if (state_ == state::draining) {
    state_ = state::ended;
    return;
  }
  state_ = state::open;
  if (!end_requested_) return;
  state_ = state::draining;
  request(envelope_kind::end);
}

timestamp door::stamp(timestamp now) noexcept {
  if (!settings_.import) horizon_ = std::max(horizon_, now);
  return horizon_;
}

result<void> door::check(std::uint64_t position, timestamp when,
                         std::span<door_share> shares) const {
  if (!accepting()) {
    return error{errc::conflict, "the door is not open", settings_.name};
  }
  if (position <= last_position_) {
    return error{errc::conflict,
                 "position " + std::to_string(position) + " does not follow " +
                     std::to_string(last_position_),
                 settings_.name};
  }
  if (!settings_.import && when < horizon_) {
    return error{errc::conflict, "the clock has already passed this arrival", settings_.name};
  }
  if (full()) return error{errc::exhausted, "too much is not yet stored", settings_.name};
  for (const door_share& s : shares) {
    if (s.body.size() > settings_.envelope_bytes) {
      return error{errc::exhausted,
                   "an event of " + std::to_string(s.body.size()) + " bytes exceeds an envelope",
                   settings_.name};
    }
  }
  return {};
}

result<void> door::accept(std::uint64_t position, timestamp when, std::span<door_share> shares) {
  if (auto checked = check(position, when, shares); !checked) return checked;
  last_position_ = position;
  const timestamp before = horizon_;
  horizon_ = std::max(horizon_, when);
  if (position <= settings_.resume_after) return {};  // stored by an earlier life
  const auto missing = static_cast<std::uint32_t>(std::count_if(
      shares.begin(), shares.end(), [&](const auto& s) { return !is_stored(s.queue, position); }));
  rows_.push_back({position, settings_.import ? before : when, missing});
  for (door_share& s : shares) {
    if (!is_stored(s.queue, position)) place(position, before, s);
  }
  if (missing == 0) {
    if (settings_.report_completed) completed_.push_back(position);
    finish_rows();
  }
  return {};
}

void door::place(std::uint64_t position, timestamp before, door_share& share) {
  queue_state& q = queues_[share.queue];
  const std::size_t size = share.body.size();
  q.entries.push_back({position, first_row_ + rows_.size() - 1, before, std::move(share.body)});
  q.unsent_bytes += size;
  bytes_ += size + entry_overhead;
  note_ready(share.queue);
}

bool door::may_send(const queue_state& q) const noexcept {
  if (q.broken || q.flights.size() >= settings_.in_flight) return false;
  if (q.sent < q.entries.size()) return q.flights.empty() || is_full(q);
  return q.control && q.entries.empty() && q.flights.empty();
}

bool door::is_full(const queue_state& q) const noexcept {
  return q.entries.size() - q.sent >= settings_.envelope_entries ||
         q.unsent_bytes >= settings_.envelope_bytes;
}

bool door::is_urgent(const queue_state& q) const noexcept {
  return is_full(q) || (q.control && q.entries.empty());
}

void door::note_ready(std::uint32_t index) {
  queue_state& q = queues_[index];
  if (!may_send(q)) return;
  if (!std::exchange(q.in_ready, true)) ready_.push_back(index);
  if (is_urgent(q) && !std::exchange(q.in_full, true)) full_.push_back(index);
}

std::optional<outgoing_envelope> door::next(bool flush) {
  auto& ring = flush ? ready_ : full_;
  while (!ring.empty()) {
    const std::uint32_t index = ring.front();
    ring.pop_front();
    queue_state& q = queues_[index];
    (flush ? q.in_ready : q.in_full) = false;
    if (!may_send(q) || (!flush && !is_urgent(q))) continue;
    auto out = q.sent < q.entries.size() ? take_entries(index) : take_control(index);
    note_ready(index);
    return out;
  }
  return std::nullopt;
}

timestamp door::clock_of(const queue_state& q) const noexcept {
  if (settings_.import) return q.sent < q.entries.size() ? q.entries[q.sent].before : horizon_;
  return rows_.empty() ? horizon_ : rows_.front().when;
}

outgoing_envelope door::start_flight(std::uint32_t index, envelope_kind kind, std::size_t entries) {
  queue_state& q = queues_[index];
  outgoing_envelope out;
  out.id = ++last_id_;
  out.queue = index;
  out.kind = kind;
  out.after = q.sent == 0 ? q.acked_position : q.entries[q.sent - 1].position;
  out.low_water = low_water_;
  q.flights.push_back({out.id, entries, kind, answer::none, 0});
  ++unanswered_;
  q.sent += entries;
  out.clock = out.before = clock_of(q);
  return out;
}

outgoing_envelope door::take_entries(std::uint32_t index) {
  queue_state& q = queues_[index];
  const std::size_t from = q.sent;
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (from + count < q.entries.size() && count < settings_.envelope_entries) {
    const std::size_t size = q.entries[from + count].body.size();
    if (count > 0 && bytes + size > settings_.envelope_bytes) break;
    bytes += size;
    ++count;
  }
  q.unsent_bytes -= bytes;
  outgoing_envelope out = start_flight(index, envelope_kind::entries, count);
  if (settings_.import) out.before = q.entries[from].before;
  out.entries.reserve(count);
  for (std::size_t i = from; i < from + count; ++i) {
    const entry& e = q.entries[i];
    out.entries.push_back({e.position, settings_.import ? e.before : out.before, e.body});
  }
  return out;
}

outgoing_envelope door::take_control(std::uint32_t index) {
  queue_state& q = queues_[index];
  outgoing_envelope out = start_flight(index, *q.control, 0);
  q.control.reset();
  out.after = last_in(index);
  if (out.kind == envelope_kind::begin) out.ends = predecessors_;
  if (out.kind == envelope_kind::end) {
    // Nothing at all follows in this queue, whatever other queues still wait for.
    out.clock = settings_.import ? std::max(until_.value_or(horizon_), horizon_) : horizon_;
    out.before = out.clock;
  }
  return out;
}

door::queue_end door::end_of(std::uint32_t queue) const noexcept {
  return {std::max(last_in(queue), low_water_), queues_[queue].acked_sequence};
}

std::uint64_t door::last_in(std::uint32_t queue) const noexcept {
  const std::uint64_t before = queue < settings_.stored.size() ? settings_.stored[queue] : 0;
  return std::max(queues_[queue].acked_position, before);
}

void door::ack(std::uint32_t queue, std::uint64_t id, std::uint64_t stream_sequence) {
  answered(queue, id, answer::stored, stream_sequence);
}

void door::fail(std::uint32_t queue, std::uint64_t id) {
  answered(queue, id, answer::failed, 0);
}

void door::answered(std::uint32_t index, std::uint64_t id, answer got, std::uint64_t sequence) {
  if (index >= queues_.size()) return;
  queue_state& q = queues_[index];
  const auto f = std::find_if(q.flights.begin(), q.flights.end(),
                              [id](const flight& x) { return x.id == id; });
  if (f == q.flights.end() || f->got != answer::none) return;
  f->got = got;
  f->sequence = sequence;
  --unanswered_;
  if (got == answer::failed) q.broken = true;
  settle(index);
}

void door::settle(std::uint32_t index) {
  queue_state& q = queues_[index];
  while (!q.flights.empty() && q.flights.front().got == answer::stored) {
    const flight f = q.flights.front();
    q.flights.pop_front();
    confirm(q, f);
  }
  const bool all_answered = std::none_of(q.flights.begin(), q.flights.end(),
                                         [](const flight& f) { return f.got == answer::none; });
  if (q.broken && all_answered && !q.held) rewind(q);
  note_ready(index);
}

void door::confirm(queue_state& q, const flight& f) {
  if (f.sequence <= q.acked_sequence) ++losses_;
  q.acked_sequence = f.sequence;
  if (f.kind != envelope_kind::entries) return finish_control();
  q.sent -= f.entries;
  for (std::size_t i = 0; i < f.entries; ++i) {
    const entry& e = q.entries.front();
    q.acked_position = e.position;
    bytes_ -= e.body.size() + entry_overhead;
    finish_share(e.row);
    q.entries.pop_front();
  }
  finish_rows();
}

/// To before the first entry not known to be stored: later acks do not count, the reader did not
/// take those entries.
void door::rewind(queue_state& q) {
  for (const flight& f : q.flights) {
    if (f.kind != envelope_kind::entries) q.control = f.kind;
  }
  q.flights.clear();
  for (std::size_t i = 0; i < q.sent; ++i) q.unsent_bytes += q.entries[i].body.size();
  q.sent = 0;
  q.held = true;
  ++held_;
}

void door::retry() {
  for (std::uint32_t i = 0; i < queues_.size() && held_ > 0; ++i) {
    queue_state& q = queues_[i];
    if (!q.held) continue;
    q.held = q.broken = false;
    --held_;
    note_ready(i);
  }
}

void door::finish_share(std::uint64_t number) {
  row& r = rows_[static_cast<std::size_t>(number - first_row_)];
  if (--r.shares_left == 0 && settings_.report_completed) completed_.push_back(r.position);
}

void door::finish_rows() {
  while (!rows_.empty() && rows_.front().shares_left == 0) {
    low_water_ = rows_.front().position;
    rows_.pop_front();
    ++first_row_;
  }
}

std::vector<std::uint64_t> door::take_completed() {
  return std::exchange(completed_, {});
}

tick_content door::tick() const {
  tick_content out;
  out.clock = rows_.empty() ? horizon_ : rows_.front().when;
  out.acked.reserve(settings_.partitions);
  for (std::uint32_t i = 0; i < settings_.partitions; ++i)
    out.acked.push_back(queues_[i].acked_sequence);
  return out;
}

}  // namespace beckon
