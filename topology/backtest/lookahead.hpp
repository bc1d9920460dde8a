// What inputs that come soon need is fetched into the cache meanwhile: they were written by another
// core, and what their subjects remember lies far apart.
#pragma once

#include <cstddef>
#include <span>

#include "engine/cep/replay.hpp"
#include "topology/backtest/input_batch.hpp"
#include "topology/backtest/subject_order.hpp"

namespace beckon::topology {

/// Inputs between fetching one and its turn.
inline constexpr std::size_t inputs_ahead = 3;

/// Of turns: their inputs, and their subjects, each once.
class lookahead {
 public:
  lookahead(const input_batch& batch, std::span<const subject_turn> turns)
      : batch_(batch), turns_(turns) {}

  /// Called for every turn, just before it.
  void fetch_behind(std::size_t turn, cep::replay& replay) {
    if (turn > 0 && turns_[turn].another) --subjects_ahead_;
    while (next_ < turns_.size() &&
           (subjects_ahead_ < cep::replay::ahead || next_ <= turn + 2 * inputs_ahead)) {
      fetch_next(replay);
    }
    if (turn + inputs_ahead < turns_.size()) batch_.fetch(turns_[turn + inputs_ahead].input);
  }

 private:
  void fetch_next(cep::replay& replay) {
    const subject_turn& t = turns_[next_];
    ++next_;
    if (!t.another) return;
    ++subjects_ahead_;
    replay.expect(t.key, batch_[t.input].type);
  }

  const input_batch& batch_;
  const std::span<const subject_turn> turns_;
  std::size_t next_ = 0;            // turns before it are fetched
  std::size_t subjects_ahead_ = 0;  // begun before it, and not yet by the turn under way
};

}  // namespace beckon::topology
