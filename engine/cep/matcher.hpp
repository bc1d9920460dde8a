// One rule's meaning for one subject: what an event or a deadline does to its runs (Meaning 2 to 8
// of the language).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// Lives for one input and one rule. Afterwards `state` may be empty; its `next` is up to date.
class matcher {
 public:
  matcher(const judging& j, const rule_set::implementation& rules, const prepared_rule& rule,
          rule_state& state);

  /// Handles the one deadline due at `state.next`: (time, key), within a key the last position
  /// first.
  void handle_next_deadline();

  /// Judges one event. `may_begin`: the index found that the first step may match.
  void judge(const event& e, bool may_begin);

 private:
  enum class verdict : std::uint8_t {
    no,
    yes,
    ask
  };  // ask: the WHERE compares with a run's captured values

  // matcher.cpp: what both inputs share
  void place(key_state& k, run&& r, std::size_t at, timestamp when);
  void handle_deadline(key_state& k);
  void handle_run_deadline(key_state& k, std::size_t index, timestamp when);
  void complete_by_deadline(key_state& k, const run& r, timestamp when);
  void drop_empty_keys();

  // matcher_patterns.cpp: what the event satisfies
  bool read_key(std::string& key) const;
  void weigh(bool may_begin);
  verdict weigh(const language::event_pattern& p) const;
  bool holds(const language::event_pattern& p, std::span<const value> slots) const;
  bool holds_for(const language::event_pattern& p, verdict v, const run& r);
  bool satisfies_for(const run& r);
  bool satisfies_in(const key_state& k);
  bool is_satisfied_by_any() const noexcept;

  // matcher_event.cpp: what it then does
  void judge_all_keys();
  void judge_one_key(std::string key);
  void insert_key(key_state&& fresh);
  void apply(key_state& k);
  void end_runs(key_state& k);
  void end_by_unless(key_state& k, std::size_t which);
  void break_rows(key_state& k);
  bool advance(key_state& k);
  bool advance_from(key_state& k, std::size_t at);
  void begin(key_state& k);
  bool count_first(key_state& k);
  bool count_later(run& r);
  bool counts(const position& p) const;
  void enter(key_state& k, run&& r, std::size_t at);
  void complete_by_event(key_state& k);
  std::uint64_t identity();
  void capture(const position& p, std::string& packed) const;
  void finish();

  const judging& j_;
  const rule_set::implementation& rules_;
  const prepared_rule& rule_;
  rule_state& s_;
  std::vector<value> slots_;

  // of the event being judged
  const event* e_ = nullptr;
  bool ordinary_ = false;
  bool keyless_ = false;
  bool satisfied_ = false;
  bool changed_ = false;
  timestamp now_{};
  std::uint64_t order_ = 0;
  std::optional<std::uint64_t> identity_;
  verdict first_ = verdict::no;
  std::vector<verdict> clauses_;  // by position; [0] unused
  std::vector<verdict> unless_;
  std::vector<bool> unless_without_alias_;
};

}  // namespace beckon::cep
