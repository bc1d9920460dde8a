#include <algorithm>
#include <limits>

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
  decoder(byte_reader& in, const prepared_rule* rule) : in_(in), rule_(rule) {}

  rule_state read() {
    rule_state s;
    s.clock = from_ms(in_.zigzag());
    s.order = in_.varint();
    clock_ = s.clock;
    order_ = s.order;
    read_limits(s);
    const std::size_t keys = in_.count();
    if (keys > most_keys) in_.fail();
    for (std::size_t i = 0; i < keys && in_.ok(); ++i) {
      key_state k = read_key();
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
  timestamp time() {
    const std::uint64_t ago = in_.varint();
    const auto clock = static_cast<std::uint64_t>(to_ms(clock_));
    if (ago > clock - static_cast<std::uint64_t>(to_ms(beginning))) in_.fail();
    return in_.ok() ? from_ms(static_cast<std::int64_t>(clock - ago)) : timestamp{};
  }

  void read_limits(rule_state& s) {
    const std::uint8_t what = in_.u8();
    const bool any = (what & (packed_last_firing | packed_values)) != 0;
    if (what > (packed_last_firing | packed_values | packed_end) || (!any && what != 0)) in_.fail();
    if (!any || !in_.ok()) return;
    s.limits = std::make_unique<fire_limits>();
    if ((what & packed_last_firing) != 0) s.limits->last = time();
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
      l.values.push_back({value, time()});
    }
    const auto by_time = [](const auto& a, const auto& b) { return a.fired < b.fired; };
    if (!std::is_sorted(l.values.begin(), l.values.end(), by_time)) in_.fail();
  }

  key_state read_key() {
    key_state k;
    k.key = in_.text();
    k.used = order_ - in_.varint();
    read_window(k);
    const std::size_t runs = in_.count();
    for (std::size_t i = 0; i < runs && in_.ok(); ++i) read_run(k);
    std::stable_sort(k.runs.begin(), k.runs.end(),
                     [](const run& a, const run& b) { return a.at < b.at; });
    return k;
  }

  void read_window(key_state& k) {
    const std::size_t n = in_.count();
    if (n == 0) return;
    const std::uint32_t id = in_.u32();
    const bool with_values = in_.u8() != 0;
    auto w = std::make_unique<window>();
    for (std::size_t i = 0; i < n && in_.ok(); ++i) {
      w->times.push_back(time());
      if (with_values) w->values.push_back(in_.u64());
    }
    if (!std::is_sorted(w->times.begin(), w->times.end())) in_.fail();
    if (!in_.ok() || rule_ == nullptr) return;
    const position& first = rule_->positions()[0];
    const bool distinct = first.step->how == language::quantity::different;
    if (first.id == id && n <= first.needs && first.needs > 1 && distinct == with_values)
      k.entries = std::move(w);
  }

  void read_run(key_state& k) {
    const std::uint32_t id = in_.u32();
    run r;
    r.start = time();
    r.anchor = time();
    r.began = order_ - in_.varint();
    r.last = order_ - in_.varint();
    r.last_event = in_.u64();
    r.count = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(in_.varint(), std::numeric_limits<std::uint32_t>::max()));
    const std::size_t values = in_.count();
    if (values > 0) r.values = std::make_unique<std::vector<std::uint64_t>>();
    for (std::size_t i = 0; i < values && in_.ok(); ++i) r.values->push_back(in_.u64());
    read_captured(r);
    if (in_.ok() && rule_ != nullptr) keep(k, std::move(r), id);
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

  // A run whose position is gone is dropped, as is one beyond what the position holds.
  void keep(key_state& k, run&& r, std::uint32_t id) {
    const auto positions = rule_->positions();
    const auto p = std::find_if(positions.begin() + 1, positions.end(),
                                [id](const position& each) { return each.id == id; });
    if (p == positions.end()) return;
    r.at = static_cast<std::uint16_t>(p - positions.begin());
    r.count = std::min(r.count, p->needs);
    if (r.values != nullptr && (p->needs <= 1 || r.values->size() > p->needs)) r.values.reset();
    const auto standing = std::count_if(k.runs.begin(), k.runs.end(),
                                        [&r](const run& other) { return other.at == r.at; });
    if (static_cast<std::size_t>(standing) < (p->many ? most_runs : 1))
      k.runs.push_back(std::move(r));
  }

  byte_reader& in_;
  const prepared_rule* rule_;
  timestamp clock_{};
  timestamp end_ = never;
  std::uint64_t order_ = 0;
};

void read_absent(byte_reader& in, std::uint64_t name, subject_state::implementation& to) {
  decoder gone(in, nullptr);
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
  if (in.u8() != packed_version) return error{errc::corrupt, "subject state of an unknown version"};
  const std::size_t count = in.count();
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t name = in.u64();
    const auto known = rules.inside().by_name_hash.find(name);
    if (known == rules.inside().by_name_hash.end()) {
      read_absent(in, name, *state.inside_);
      continue;
    }
    rule_state s = decoder(in, &rules.inside().prepared[known->second]).read();
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
