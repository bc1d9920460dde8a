// One rule's meaning for one subject: what an event or a deadline does to its runs (Meaning 2 to 8
// of the language).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/cep/firing.hpp"
#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"
#include "engine/cep/step.hpp"
#include "engine/cep/workspace.hpp"

namespace beckon::cep {

/// Lives for one input and one rule. Afterwards `state` may be empty; its `next` is up to date.
class matcher {
 public:
  /// `limits`: of a version that drains the state that holds the FIRE limits; else null: `state`.
  matcher(const judging& j, const rule_set::implementation& rules, rule_state& state,
          workspace& room, rule_state* limits = nullptr);

  /// Handles the one deadline due at `state.next`: (time, key), within a key the last position
  /// first.
  void handle_next_deadline();

  /// Ends what ends without a word until `upto`, whatever the order: runs at steps, windows and
  /// look-backs of keys where no wait is due.
  void end_silently(timestamp upto);

  /// Judges one event. `begins`: the creating patterns that the index found to match.
  void judge(const event& e, std::span<const hit> begins);

 private:
  // matcher.cpp: what both inputs share
  bool place(key_state& k, run&& r, std::size_t at, timestamp when);
  bool is_kept_first(const key_state& k, std::size_t at) const noexcept;
  timestamp end_of_wait(const language::wait& w, const run& r, timestamp begins);
  void handle_next_key(timestamp when);
  bool is_wait_due(const key_state& k, timestamp upto) const noexcept;
  void end_all(key_state& k, timestamp upto);
  void handle_deadline(key_state& k);
  void handle_run_deadline(key_state& k, std::size_t index, timestamp when);
  void complete_by_deadline(key_state& k, const run& r, timestamp when);
  void forget(std::unique_ptr<look_back_times>& seen, timestamp when) const;
  bool fire_match(const completion& c);
  void end_past();

  // matcher_patterns.cpp: what the event satisfies
  bool read_key(std::string& key) const;
  void weigh(std::span<const hit> begins);
  void weigh_creating(std::span<const hit> begins, bool positive);
  void weigh_past();
  void weigh_later();
  verdict weigh(const language::event_pattern& p) const;
  language::scope scope_with(std::span<const value> slots) const;
  bool holds(const language::event_pattern& p, std::span<const value> slots) const;
  bool holds_for(const language::event_pattern& p, verdict v, const run& r);
  bool satisfies_for(const run& r);
  bool satisfies_in(const key_state& k);
  bool is_satisfied_by_any() const noexcept;
  bool counts(std::size_t at, const run& r);
  void read_captured(const run& r);

  // matcher_event.cpp: what it then does
  void judge_all_keys();
  void judge_one_key(std::string key);
  void insert_key(std::ptrdiff_t place, key_state&& fresh);
  void note_next(timestamp before, timestamp after, timestamp beside_before);
  void apply(key_state& k);
  void end_runs(key_state& k);
  void end_by_unless(key_state& k, std::size_t which);
  void end_by_interruption(key_state& k, std::size_t which);
  void break_rows(key_state& k);
  bool is_broken(const run& r);
  void note_past(std::unique_ptr<look_back_times>& seen);

  // matcher_advance.cpp: runs that begin, advance, complete
  enum class progress : std::uint8_t { counts, stopped, went };
  bool advance(key_state& k);
  bool advance_from(key_state& k, std::size_t at);
  progress advance_run(const key_state& k, run& r, std::vector<run>& moved);
  void begin(key_state& k);
  bool count_first(key_state& k, const position& first);
  bool count_later(run& r, const position& p);
  bool count_single(const position& p, tally& single);
  void note_overflow(std::size_t entries);
  bool is_stopped(const key_state& k, const position& p) const;
  bool is_short(const position& p) const;
  bool take(const position& p, const tally* counted, run& r);
  bool take_untils(const position& p, run& r);
  void enter(key_state& k, run&& r, std::size_t at);
  void complete_by_event(key_state& k, const run& r);
  std::uint64_t identity();

  const judging& j_;
  const rule_set::implementation& rules_;
  const prepared_rule& rule_;
  rule_state& s_;
  rule_state* limits_;  // null: s_ holds them
  workspace& room_;
  std::vector<value>& slots_;
  weighed& weighed_;

  // of the event being judged
  const event* e_ = nullptr;
  bool ordinary_ = false;
  bool keyless_ = false;
  bool satisfied_ = false;
  bool changed_ = false;
  bool sees_past_ = false;  // some look-back watches this event
  timestamp now_{};
  std::uint64_t order_ = 0;
  verdict first_ = verdict::no;
};

}  // namespace beckon::cep
