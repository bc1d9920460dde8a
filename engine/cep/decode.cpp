#include <algorithm>
#include <limits>
#include <string>

#include "engine/cep/bytes.hpp"
#include "engine/cep/captured.hpp"
#include "engine/cep/draining.hpp"
#include "engine/cep/packed_state.hpp"
#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

/// Reads one rule's state; what the rule no longer has is read over. `rule` null: the whole rule is
/// gone, and only its FIRE limits matter.
class decoder {
 public:
  decoder(byte_reader& in, const prepared_rule* rule, timestamp base, std::uint8_t form)
      : in_(in), rule_(rule), base_(base), old_(form == packed_without_versions) {}

  rule_state read() {
    rule_state s;
    s.clock = clock_ = read_ago(in_, base_);
    s.order = order_ = in_.varint();
    const std::uint8_t flags = in_.u8();
    drains_ = (flags & packed_drains) != 0;
    if (flags >= 2 * packed_drains || (flags & packed_keys && flags & packed_only_key) ||
        (drains_ && (flags & packed_limits) != 0))
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

  /// The version that wrote it had been replaced already.
  bool drains() const noexcept { return drains_; }
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
    if (old_ && flags >= packed_first_run) in_.fail();
    std::size_t runs = flags / packed_first_run;
    if (runs == packed_more_runs) runs = in_.count();
    if ((flags & packed_window) != 0) read_window(k);
    if ((flags & packed_seen) != 0) k.seen = read_past();
    if (old_) runs = in_.count();
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
    std::uint8_t flags = old_ ? 0 : in_.u8();
    r.start = read_ago(in_, clock_);
    r.anchor = from_ms(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(to_ms(r.start)) + in_.varint()));
    if (r.anchor < r.start) in_.fail();
    r.began = r.last = order_;
    if ((flags & packed_began_last) == 0) {
      r.began = order_ - in_.varint();
      r.last = r.began + in_.varint();
    }
    if (old_) flags = in_.u8();
    if (flags >= (old_ ? packed_began_last : 2 * packed_began_last)) in_.fail();
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
  bool old_;  // form 2
  timestamp clock_{};
  timestamp end_ = never;
  std::uint64_t order_ = 0;
  bool drains_ = false;
};

std::uint64_t read_name(byte_reader& in) {
  std::uint64_t name = in.u32();
  name |= static_cast<std::uint64_t>(in.u8()) << 32;
  return name | static_cast<std::uint64_t>(in.u8()) << 40;
}

void read_absent(byte_reader& in, std::uint64_t name, timestamp base, std::uint8_t form,
                 subject_state::implementation& to) {
  decoder gone(in, nullptr, base, form);
  rule_state s = gone.read();
  if (s.limits == nullptr) return;
  to.absent.push_back({name, s.clock, gone.end_of_limits(), std::move(*s.limits)});
}

void drop_runs(const prepared_rule& rule, rule_state& s, bool window_too) {
  for (key_state& k : s.keys) {
    k.runs.clear();
    if (window_too) k.entries.reset();
    refresh(rule, k);
  }
  std::erase_if(s.keys, [](const key_state& k) { return k.empty(); });
  refresh(rule, s);
}

void keep_runs_alone(const prepared_rule& rule, rule_state& s) {
  s.limits.reset();
  for (key_state& k : s.keys) {
    k.entries.reset();
    refresh(rule, k);
  }
  drop_idle(rule, s);
}

/// Reads the states of a subject's rules; what a version left that was replaced goes where its fate
/// says.
class state_reader {
 public:
  state_reader(byte_reader& in, subject_state::implementation& to, std::uint8_t form)
      : in_(in), to_(to), rules_(*to.bound), form_(form) {}

  void read() {
    base_ = from_ms(in_.zigzag());
    const std::size_t count = in_.count();
    for (std::size_t i = 0; i < count && in_.ok(); ++i) read_rule();
    const auto by_rule = [](const auto& a, const auto& b) { return a.rule < b.rule; };
    std::sort(to_.rules.begin(), to_.rules.end(), by_rule);
    std::sort(draining_.begin(), draining_.end(), by_rule);
    std::sort(to_.absent.begin(), to_.absent.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  bool has_twice() const noexcept {
    const auto same = [](const auto& a, const auto& b) { return a.rule == b.rule; };
    const auto same_name = [](const auto& a, const auto& b) { return a.name == b.name; };
    return adjacent(to_.rules, same) || adjacent(draining_, same) ||
           adjacent(to_.absent, same_name);
  }

  /// What drained before stands beside what begins to.
  void join_draining() {
    for (rule_state& s : draining_) {
      const auto place = std::lower_bound(to_.rules.begin(), to_.rules.end(), s.rule,
                                          [](const auto& x, auto rule) { return x.rule < rule; });
      if (place != to_.rules.end() && place->rule == s.rule) {
        join(rules_.prepared[s.rule], *place, std::move(s));
      } else {
        to_.rules.insert(place, std::move(s));
      }
    }
    complete(to_);
  }

 private:
  template <class list, class function>
  static bool adjacent(const list& of, const function& same) noexcept {
    return std::adjacent_find(of.begin(), of.end(), same) != of.end();
  }

  void read_rule() {
    const std::uint64_t name = read_name(in_);
    const std::uint32_t version = form_ == packed_version ? in_.u32() : 0;
    const auto known = rules_.by_name_hash.find(name);
    if (known == rules_.by_name_hash.end()) return read_absent(in_, name, base_, form_, to_);
    const byte_reader from_here = in_;
    const prepared_rule& rule = rules_.prepared[known->second];
    decoder reader(in_, &rule, base_, form_);
    rule_state s = reader.read();
    if (!in_.ok()) return;
    const known_version* former = rules_.find_version(name, version);
    if (reader.drains()) {
      if (former != nullptr && former->what == fate::drain)
        add_draining(from_here, former->rule, draining_);
      return;
    }
    if (former != nullptr && version != rule.version() && former->what != fate::keep) {
      drop_runs(rule, s, former->what == fate::reset);
      if (former->what == fate::drain) add_draining(from_here, former->rule, to_.rules);
    }
    if (s.empty()) return;
    s.rule = known->second;
    to_.rules.push_back(std::move(s));
  }

  void add_draining(byte_reader from_here, std::uint32_t rule, std::vector<rule_state>& to) {
    rule_state s = decoder(from_here, &rules_.prepared[rule], base_, form_).read();
    keep_runs_alone(rules_.prepared[rule], s);
    if (s.empty()) return;
    s.rule = rule;
    to.push_back(std::move(s));
  }

  byte_reader& in_;
  subject_state::implementation& to_;
  const rule_set::implementation& rules_;
  std::uint8_t form_;
  timestamp base_{};
  std::vector<rule_state> draining_;
};

error unreadable(std::uint8_t version) {
  return {errc::corrupt, version > packed_version
                             ? "subject state was written by a newer Beckon (version " +
                                   std::to_string(version) + " of its form, this one reads " +
                                   std::to_string(packed_version) + ")"
                             : "subject state of an unknown form"};
}

}  // namespace

result<subject_state> subject_state::decode(std::string_view bytes, const rule_set& rules) {
  subject_state state;
  state.inside_->bound = rules.shared_inside();
  if (bytes.empty()) return state;
  byte_reader in(bytes);
  const std::uint8_t version = in.u8();
  if (version != packed_version && version != packed_without_versions) return unreadable(version);
  state_reader reader(in, *state.inside_, version);
  reader.read();
  if (!in.ok() || !in.done()) return error{errc::corrupt, "subject state is not what was written"};
  if (reader.has_twice()) return error{errc::corrupt, "subject state holds a rule twice"};
  reader.join_draining();
  refresh(*state.inside_);
  return state;
}

}  // namespace beckon::cep
