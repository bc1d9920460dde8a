// The packed form of a subject's state, version 1. "n*" is a varint n, then n times what follows.
//
//   state   = u8 version, n* rule
//   rule    = u64 hash of its name, zigzag clock, varint order, limits, n* key
//   limits  = u8 flags, [time of the last firing], [n* (u64 value, time fired)],
//             [zigzag end - clock]: should the rule be missing where this is read
//   key     = text, varint order - used, varint entries [window], n* run
//   window  = u32 position, u8 with values, entries x (time, [u64 value])
//   run     = u32 position, time of start, time of anchor, varint order - began,
//             varint order - last, u64 last event, varint count, n* u64 value, n* (u32 slot, value)
//   time    = varint clock - time
//
// Positions and slots are named by hashes of what they mean, so that a new version of a rule finds
// its own.
#include "engine/cep/bytes.hpp"
#include "engine/cep/captured.hpp"
#include "engine/cep/packed_state.hpp"
#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

class encoder {
 public:
  encoder(std::string& out, const rule_set::implementation& rules) : out_(out), rules_(rules) {}

  void add(const rule_state& s) {
    const prepared_rule& rule = rules_.prepared[s.rule];
    clock_ = s.clock;
    order_ = s.order;
    out_.u64(rule.name_hash());
    out_.zigzag(to_ms(s.clock));
    out_.varint(s.order);
    if (s.limits == nullptr) {
      out_.u8(0);
    } else {
      add(*s.limits, end_of(rule, *s.limits));
    }
    out_.varint(s.keys.size());
    for (const key_state& k : s.keys) add(rule, k);
  }

  void add(const absent_rule& s) {
    clock_ = s.clock;
    out_.u64(s.name);
    out_.zigzag(to_ms(s.clock));
    out_.varint(0);
    add(s.limits, s.ends);
    out_.varint(0);
  }

 private:
  // No remembered time is later than the rule's clock; unsigned, the difference cannot overflow.
  void time(timestamp t) {
    out_.varint(static_cast<std::uint64_t>(to_ms(clock_)) - static_cast<std::uint64_t>(to_ms(t)));
  }

  void add(const fire_limits& l, timestamp end) {
    const int last = l.last ? packed_last_firing : 0;
    const int values = l.values.empty() ? 0 : packed_values;
    const int ends = end == never ? 0 : packed_end;
    out_.u8(static_cast<std::uint8_t>(last | values | ends));
    if (l.last) time(*l.last);
    if (!l.values.empty()) out_.varint(l.values.size());
    for (const auto& r : l.values) {
      out_.u64(r.value);
      time(r.fired);
    }
    if (end != never) out_.zigzag(until(end));
  }

  // An end may lie before the clock. Unsigned, the difference cannot overflow.
  std::int64_t until(timestamp end) const {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(to_ms(end)) -
                                     static_cast<std::uint64_t>(to_ms(clock_)));
  }

  void add(const prepared_rule& rule, const key_state& k) {
    out_.text(k.key);
    out_.varint(order_ - k.used);
    add(rule, k.entries.get());
    out_.varint(k.runs.size());
    for (const run& r : k.runs) add(rule, r);
  }

  void add(const prepared_rule& rule, const window* w) {
    out_.varint(w == nullptr ? 0 : w->times.size());
    if (w == nullptr) return;
    out_.u32(rule.positions()[0].id);
    out_.u8(w->values.empty() ? 0 : 1);
    for (std::size_t i = 0; i < w->times.size(); ++i) {
      time(w->times[i]);
      if (!w->values.empty()) out_.u64(w->values[i]);
    }
  }

  void add(const prepared_rule& rule, const run& r) {
    out_.u32(rule.positions()[r.at].id);
    time(r.start);
    time(r.anchor);
    out_.varint(order_ - r.began);
    out_.varint(order_ - r.last);
    out_.u64(r.last_event);
    out_.varint(r.count);
    out_.varint(r.values == nullptr ? 0 : r.values->size());
    if (r.values != nullptr) {
      for (const std::uint64_t v : *r.values) out_.u64(v);
    }
    add_slots(rule, r.captured);
  }

  void add_slots(const prepared_rule& rule, const std::string& captured) {
    std::vector<value> slots(rule.slot_ids().size());
    read_slots(captured, slots);
    std::size_t held = 0;
    for (const value& v : slots) held += v.is_null() ? 0 : 1;
    out_.varint(held);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (slots[i].is_null()) continue;
      out_.u32(rule.slot_ids()[i]);
      pack(out_, slots[i]);
    }
  }

  byte_writer out_;
  const rule_set::implementation& rules_;
  timestamp clock_{};
  std::uint64_t order_ = 0;
};

}  // namespace

std::string subject_state::encode() const {
  std::string out;
  if (empty()) return out;
  byte_writer(out).u8(packed_version);
  byte_writer(out).varint(inside_->rules.size() + inside_->absent.size());
  encoder e(out, *inside_->bound);
  for (const rule_state& s : inside_->rules) e.add(s);
  for (const absent_rule& s : inside_->absent) e.add(s);
  return out;
}

}  // namespace beckon::cep
