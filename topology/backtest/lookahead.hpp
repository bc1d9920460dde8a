// What inputs that come soon need is fetched into the cache meanwhile: they were written by another
// core, and what their subjects remember lies far apart.
#pragma once

#include <cstddef>
#include <span>

#include "engine/cep/foresight.hpp"
#include "engine/cep/replay.hpp"
#include "topology/backtest/batch_queue.hpp"
#include "topology/backtest/subject_order.hpp"

namespace beckon::topology {

/// Inputs between fetching what one holds and its turn.
inline constexpr std::size_t inputs_ahead = 3;

/// What an input holds, of which the input itself should have come by now.
inline void fetch_content(const lane_input& in) noexcept {
  cep::fetch(in.what.attributes.data(), in.what.attributes.size() * sizeof(attribute));
  cep::fetch(in.what.id.data(), 1);
  cep::fetch(in.subjects.data(), in.subjects.size() * sizeof(concerned_subject));
}

/// The inputs of the batch's first `end` that come soon after number `i`.
inline void fetch_after(const input_batch& batch, std::size_t i, std::size_t end) noexcept {
  if (i + inputs_ahead < end) fetch_content(batch.inputs[i + inputs_ahead]);
  if (i + 4 * inputs_ahead < end)
    cep::fetch(&batch.inputs[i + 4 * inputs_ahead], sizeof(lane_input));
}

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
    if (turn + inputs_ahead < turns_.size()) fetch_content(input_of(turn + inputs_ahead));
  }

 private:
  void fetch_next(cep::replay& replay) {
    const subject_turn& t = turns_[next_];
    cep::fetch(&input_of(next_), sizeof(lane_input));
    ++next_;
    if (!t.another) return;
    ++subjects_ahead_;
    replay.expect(t.key, batch_.inputs[t.input].what.type);
  }
  const lane_input& input_of(std::size_t turn) const { return batch_.inputs[turns_[turn].input]; }

  const input_batch& batch_;
  const std::span<const subject_turn> turns_;
  std::size_t next_ = 0;            // turns before it are fetched
  std::size_t subjects_ahead_ = 0;  // begun before it, and not yet by the turn under way
};

}  // namespace beckon::topology
