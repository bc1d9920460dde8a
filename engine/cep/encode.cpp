// The packed form of a subject's state, version 3. "n*" is a varint n, then n times what follows;
// what stands in brackets is there when the flags before it say so.
//
//   state   = u8 version, zigzag clock (the latest of its rules), n* rule
//   rule    = 6 bytes of its name's hash, u32 version (in form 2: none), ago (its clock before the
//             state's), varint order, u8 flags, [limits], [n* past], [n* (text name, key) | key]
//   limits  = u8 flags, [ago of the last firing], [n* (u64 value, ago)],
//             [zigzag end - clock]: should the rule be missing where this is read
//   past    = u32 look-back, ago
//   key     = varint order - used, u8 flags with the number of runs (63 and more: varint behind),
//             [u32 position, tally], [n* past], runs
//   run     = u32 position, u8 flags, ago of start, varint anchor - start,
//             [varint order - began, varint last - began], [u64 last event], [varint count],
//             [tally], [n* (u32 slot, value)]
//   tally   = u8 columns, varint count, [n* u32 kept attribute], then the totals, or row by row
//             [ago] [u64 value] [amount] [values kept]
//   ago     = varint of ms before the rule's clock
//
// Form 2, which is read too, had no version, the number of runs before the runs, and a run's flags
// behind its numbers, of which none was left out.
//
// Positions, slots, look-backs and kept attributes are named by hashes of what they mean, so that a
// new version of a rule finds its own.
#include <algorithm>

#include "engine/cep/captured.hpp"
#include "engine/cep/packed_state.hpp"
#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

class encoder {
 public:
  encoder(std::string& out, const rule_set::implementation& rules, timestamp base)
      : out_(out), rules_(rules), base_(base) {}

  void add(const rule_state& s) {
    const prepared_rule& rule = rules_.prepared[s.rule];
    const bool only = s.keys.size() == 1 && s.keys.front().key.empty();
    begin(rule.name_hash(), rule.version(), s.clock, s.order);
    out_.u8(static_cast<std::uint8_t>((rule.drains() ? packed_drains : 0) |
                                      (s.limits != nullptr ? packed_limits : 0) |
                                      (s.seen != nullptr ? packed_past : 0) |
                                      (only             ? packed_only_key
                                       : s.keys.empty() ? 0
                                                        : packed_keys)));
    if (s.limits != nullptr) add(*s.limits, deadline_of(rule, *s.limits));
    if (s.seen != nullptr) add(rule, *s.seen);
    if (!only && !s.keys.empty()) out_.varint(s.keys.size());
    for (const key_state& k : s.keys) {
      if (!only) out_.text(k.key);
      add(rule, k);
    }
  }

  void add(const absent_rule& s) {
    begin(s.name, 0, s.clock, 0);
    out_.u8(packed_limits);
    add(s.limits, s.ends);
  }

 private:
  void begin(std::uint64_t name, std::uint32_t version, timestamp clock, std::uint64_t order) {
    clock_ = clock;
    order_ = order;
    out_.u32(static_cast<std::uint32_t>(name));
    out_.u8(static_cast<std::uint8_t>(name >> 32));
    out_.u8(static_cast<std::uint8_t>(name >> 40));
    out_.u32(version);
    write_ago(out_, base_, clock);
    out_.varint(order);
  }

  void add(const fire_limits& l, timestamp end) {
    const int last = l.last ? packed_last_firing : 0;
    const int values = l.values.empty() ? 0 : packed_values;
    const int ends = end == never ? 0 : packed_end;
    out_.u8(static_cast<std::uint8_t>(last | values | ends));
    if (l.last) write_ago(out_, clock_, *l.last);
    if (!l.values.empty()) out_.varint(l.values.size());
    for (const auto& r : l.values) {
      out_.u64(r.value);
      write_ago(out_, clock_, r.fired);
    }
    if (end != never) out_.zigzag(until(end));
  }

  // An end may lie before the clock. Unsigned, the difference cannot overflow.
  std::int64_t until(timestamp end) const {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(to_ms(end)) -
                                     static_cast<std::uint64_t>(to_ms(clock_)));
  }

  void add(const prepared_rule& rule, const look_back_times& seen) {
    std::size_t known = 0;
    for (const timestamp t : seen) known += t == beginning ? 0 : 1;
    out_.varint(known);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (seen[i] == beginning) continue;
      out_.u32(rule.look_backs()[i].id);
      write_ago(out_, clock_, seen[i]);
    }
  }

  void add(const prepared_rule& rule, const key_state& k) {
    out_.varint(order_ - k.used);
    const auto runs = static_cast<std::uint8_t>(std::min(k.runs.size(), packed_more_runs));
    out_.u8(static_cast<std::uint8_t>((k.entries != nullptr ? packed_window : 0) |
                                      (k.seen != nullptr ? packed_seen : 0) |
                                      runs * packed_first_run));
    if (runs == packed_more_runs) out_.varint(k.runs.size());
    if (k.entries != nullptr) {
      out_.u32(rule.positions()[0].id);
      write_tally(out_, rule.positions()[0], *k.entries, clock_);
    }
    if (k.seen != nullptr) add(rule, *k.seen);
    for (const run& r : k.runs) add(rule, r);
  }

  void add(const prepared_rule& rule, const run& r) {
    const position& p = rule.positions()[r.at];
    const bool began_last = r.began == order_ && r.last == order_;
    out_.u32(p.id);
    out_.u8(static_cast<std::uint8_t>(
        (r.last_event != 0 ? packed_last_event : 0) | (r.count != 0 ? packed_count : 0) |
        (r.counted != nullptr ? packed_tally : 0) | (r.captured.empty() ? 0 : packed_slots) |
        (r.history_short ? packed_history_short : 0) | (began_last ? packed_began_last : 0)));
    write_ago(out_, clock_, r.start);
    out_.varint(static_cast<std::uint64_t>(to_ms(r.anchor)) -
                static_cast<std::uint64_t>(to_ms(r.start)));
    if (!began_last) {
      out_.varint(order_ - r.began);
      out_.varint(r.last - r.began);
    }
    if (r.last_event != 0) out_.u64(r.last_event);
    if (r.count != 0) out_.varint(r.count);
    if (r.counted != nullptr) write_tally(out_, p, *r.counted, clock_);
    if (!r.captured.empty()) add_slots(rule, r.captured);
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
  timestamp base_;
  timestamp clock_{};
  std::uint64_t order_ = 0;
};

}  // namespace

std::string subject_state::encode() const {
  std::string out;
  if (empty()) return out;
  timestamp base = beginning;
  for (const rule_state& s : inside_->rules) base = std::max(base, s.clock);
  for (const absent_rule& s : inside_->absent) base = std::max(base, s.clock);
  byte_writer(out).u8(packed_version);
  byte_writer(out).zigzag(to_ms(base));
  // What is empty stands only beside a version that drains, and is made anew where this is read.
  const auto is_empty = [](const rule_state& s) { return s.empty(); };
  const auto empty = std::count_if(inside_->rules.begin(), inside_->rules.end(), is_empty);
  byte_writer(out).varint(inside_->rules.size() - static_cast<std::size_t>(empty) +
                          inside_->absent.size());
  encoder e(out, *inside_->bound, base);
  for (const rule_state& s : inside_->rules) {
    if (!s.empty()) e.add(s);
  }
  for (const absent_rule& s : inside_->absent) e.add(s);
  return out;
}

}  // namespace beckon::cep
