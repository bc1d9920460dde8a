#include <algorithm>
#include <limits>
#include <string>

#include "engine/cep/bytes.hpp"
#include "engine/cep/captured.hpp"
#include "engine/cep/packed_state.hpp"
#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

/// Reads one rule's state; what the rule no longer has is read over. `rule` null: the whole rule is
/// gone, and only its FIRE limits matter.
class decoder {
 public:
  decoder(byte_reader& in, const prepared_rule* rule, timestamp base)
      : in_(in), rule_(rule), base_(base) {}

  rule_state read() {
    rule_state s;
    s.clock = clock_ = read_ago(in_, base_);
    s.order = order_ = in_.varint();
    const std::uint8_t flags = in_.u8();
    if (flags >= 2 * packed_only_key || (flags & packed_keys && flags & packed_only_key))
      in_.fail();
    if ((flags & packed_limits) != 0) read_limits(s);
    if ((flags & packed_past) != 0) s.seen = read_past();
    const std::size_t keys = (flags & packed_keys) != 0       ? in_.count()
                             : (flags & packed_only_key) != 0 ? 1
                                                              : 0;
    if (keys > most_keys) in_.fail();
    for (std::size_t i = 0; i < keys && in_.ok(); ++i) {
      key_state k;
      if ((flags & packed_keys) != 0) k.key = in_.text();
      read_key(k);
      if (!s.keys.empty() && s.keys.back().key >= k.key) in_.fail();
      s.keys.push_back(std::move(k));
    }
    if (rule_ == nullptr || !in_.ok()) return s;
    std::erase_if(s.keys, [](const key_state& k) { return k.empty(); });
    for (key_state& k : s.keys) refresh(*rule_, k);
    refresh(*rule_, s);
    return s;
  }

  /// When the limits end that were read, by the rule that wrote them.
  timestamp end_of_limits() const noexcept { return end_; }

 private:
  void read_limits(rule_state& s) {
    const std::uint8_t what = in_.u8();
    if ((what & (packed_last_firing | packed_values)) == 0 || what >= 2 * packed_end) in_.fail();
    if (!in_.ok()) return;
    s.limits = std::make_unique<fire_limits>();
    if ((what & packed_last_firing) != 0) s.limits->last = read_ago(in_, clock_);
    if ((what & packed_values) != 0) read_values(*s.limits);
    if ((what & packed_end) == 0) return;
    const auto ahead = static_cast<std::uint64_t>(in_.zigzag());
    end_ = from_ms(static_cast<std::int64_t>(static_cast<std::uint64_t>(to_ms(clock_)) + ahead));
  }

  void read_values(fire_limits& l) {
    const std::size_t n = in_.count();
    if (n == 0 || n > most_remembered) in_.fail();
    for (std::size_t i = 0; i < n && in_.ok(); ++i) {
      const std::uint64_t value = in_.u64();
      l.values.push_back({value, read_ago(in_, clock_)});
    }
    const auto by_time = [](const auto& a, const auto& b) { return a.fired < b.fired; };
    if (!std::is_sorted(l.values.begin(), l.values.end(), by_time)) in_.fail();
  }

  std::unique_ptr<look_back_times> read_past() {
    std::unique_ptr<look_back_times> made;
    for (std::size_t left = in_.count(); left > 0 && in_.ok(); --left) {
      const std::uint32_t id = in_.u32();
      const timestamp last = read_ago(in_, clock_);
      if (rule_ == nullptr || !in_.ok()) continue;
      const auto watched = rule_->look_backs();
      for (std::size_t i = 0; i < watched.size(); ++i) {
        if (watched[i].id != id) continue;
        if (made == nullptr) made = std::make_unique<look_back_times>(watched.size(), beginning);
        (*made)[i] = last;
      }
    }
    return made;
  }

  void read_key(key_state& k) {
    k.used = order_ - in_.varint();
    const std::uint8_t flags = in_.u8();
    if (flags >= 2 * packed_seen) in_.fail();
    if ((flags & packed_window) != 0) read_window(k);
    if ((flags & packed_seen) != 0) k.seen = read_past();
    const std::size_t runs = in_.count();
    for (std::size_t i = 0; i < runs && in_.ok(); ++i) read_run(k);
    const auto by_position = [](const run& a, const run& b) { return a.at < b.at; };
    if (!std::is_sorted(k.runs.begin(), k.runs.end(), by_position))
      std::stable_sort(k.runs.begin(), k.runs.end(), by_position);
  }

  void read_window(key_state& k) {
    const std::uint32_t id = in_.u32();
    const position* first = rule_ == nullptr ? nullptr : &rule_->positions()[0];
    k.entries = read_tally(in_, first != nullptr && first->id == id ? first : nullptr, clock_);
  }

  void read_run(key_state& k) {
    const std::uint32_t id = in_.u32();
    const std::size_t at = rule_ == nullptr ? 0 : rule_->position_of(id);
    const position* p = at == 0 ? nullptr : &rule_->positions()[at];
    run r;
    r.start = read_ago(in_, clock_);
    r.anchor = from_ms(static_cast<std::int64_t>(
        static_cast<std::uint64_t>(to_ms(r.start)) + in_.varint()));
    if (r.anchor < r.start) in_.fail();
    r.began = order_ - in_.varint();
    r.last = r.began + in_.varint();
    const std::uint8_t flags = in_.u8();
    if (flags >= 2 * packed_history_short) in_.fail();
    r.history_short = (flags & packed_history_short) != 0;
    if ((flags & packed_last_event) != 0) r.last_event = in_.u64();
    if ((flags & packed_count) != 0)
      r.count = static_cast<std::uint32_t>(
          std::min<std::uint64_t>(in_.varint(), std::numeric_limits<std::uint32_t>::max()));
    if ((flags & packed_tally) != 0) r.counted = read_tally(in_, p, clock_);
    if ((flags & packed_slots) != 0) read_captured(r);
    if (in_.ok() && p != nullptr) keep(k, std::move(r), at);
  }

  void read_captured(run& r) {
    const std::size_t slots = in_.count();
    for (std::size_t i = 0; i < slots && in_.ok(); ++i) {
      const std::uint32_t id = in_.u32();
      const value v = unpack(in_);
      if (rule_ == nullptr || !in_.ok()) continue;
      const auto ids = rule_->slot_ids();
      const auto slot = std::find(ids.begin(), ids.end(), id);
      if (slot != ids.end()) add_slot(r.captured, static_cast<std::size_t>(slot - ids.begin()), v);
    }
  }

  // A run beyond what the position holds is dropped.
  void keep(key_state& k, run&& r, std::size_t at) {
    const position& p = rule_->positions()[at];
    r.at = static_cast<std::uint16_t>(at);
    r.count = p.counts.remembers && p.counts_plainly() ? std::min(r.count, p.counts.needs) : 0;
    const auto standing = std::count_if(k.runs.begin(), k.runs.end(),
                                        [&r](const run& other) { return other.at == r.at; });
    if (static_cast<std::size_t>(standing) < (p.many ? most_runs : 1))
      k.runs.push_back(std::move(r));
  }

  byte_reader& in_;
  const prepared_rule* rule_;
  timestamp base_;
  timestamp clock_{};
  timestamp end_ = never;
  std::uint64_t order_ = 0;
};

std::uint64_t read_name(byte_reader& in) {
  std::uint64_t name = in.u32();
  name |= static_cast<std::uint64_t>(in.u8()) << 32;
  return name | static_cast<std::uint64_t>(in.u8()) << 40;
}

void read_absent(byte_reader& in, std::uint64_t name, timestamp base,
                 subject_state::implementation& to) {
  decoder gone(in, nullptr, base);
  rule_state s = gone.read();
  if (s.limits == nullptr) return;
  to.absent.push_back({name, s.clock, gone.end_of_limits(), std::move(*s.limits)});
}

bool has_twice(const subject_state::implementation& s) noexcept {
  return std::adjacent_find(s.rules.begin(), s.rules.end(),
                            [](const auto& a, const auto& b) { return a.rule == b.rule; }) !=
             s.rules.end() ||
         std::adjacent_find(s.absent.begin(), s.absent.end(), [](const auto& a, const auto& b) {
           return a.name == b.name;
         }) != s.absent.end();
}

}  // namespace

result<subject_state> subject_state::decode(std::string_view bytes, const rule_set& rules) {
  subject_state state;
  state.inside_->bound = rules.shared_inside();
  if (bytes.empty()) return state;
  byte_reader in(bytes);
  if (const std::uint8_t version = in.u8(); version != packed_version) {
    return error{errc::corrupt, version > packed_version
                                    ? "subject state was written by a newer Beckon (version " +
                                          std::to_string(version) + " of its form, this one reads " +
                                          std::to_string(packed_version) + ")"
                                    : "subject state of an unknown form"};
  }
  const timestamp base = from_ms(in.zigzag());
  const std::size_t count = in.count();
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t name = read_name(in);
    const auto known = rules.inside().by_name_hash.find(name);
    if (known == rules.inside().by_name_hash.end()) {
      read_absent(in, name, base, *state.inside_);
      continue;
    }
    rule_state s = decoder(in, &rules.inside().prepared[known->second], base).read();
    if (s.empty()) continue;
    s.rule = known->second;
    state.inside_->rules.push_back(std::move(s));
  }
  if (!in.ok() || !in.done()) return error{errc::corrupt, "subject state is not what was written"};
  implementation& inside = *state.inside_;
  std::sort(inside.rules.begin(), inside.rules.end(),
            [](const auto& a, const auto& b) { return a.rule < b.rule; });
  std::sort(inside.absent.begin(), inside.absent.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (has_twice(inside)) return error{errc::corrupt, "subject state holds a rule twice"};
  refresh(inside);
  return state;
}

}  // namespace beckon::cep
