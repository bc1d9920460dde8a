// Recorded events through the matcher for what rules would remember of them, and what they cover.
// One thread, offline: no broker, no store, no channel.
#pragma once

#include <functional>
#include <vector>

#include "engine/access/subjects.hpp"
#include "engine/cep/past_cover.hpp"
#include "engine/cep/replay.hpp"
#include "topology/recorded/input.hpp"

namespace beckon::topology {

class replayed_log {
 public:
  /// `rules`: those of `cep::rules_that_look_back`. Events later than `latest` are refused: noted,
  /// such a mistake would be looked back to for ever.
  replayed_log(std::shared_ptr<const cep::rule_set> rules, cep::replay_options options,
               timestamp latest);

  /// The next row; refused ones are noted.
  void feed(input_row& row);
  /// Judges what is left. Once.
  void finish();

  std::uint64_t rows() const noexcept { return rows_; }
  const refusals& refused() const noexcept { return refused_; }
  /// From the first event to the last; rows of tables are none.
  const cep::past_cover& covers() const noexcept { return covers_; }

  /// Hands over what subjects remember; once, after `finish`. An error of `to` ends it.
  result<void> hand_over(const std::function<result<void>(const subject&, cep::subject_state)>& to);

 private:
  std::shared_ptr<const cep::rule_set> rules_;
  cep::replay replay_;
  timestamp latest_;
  std::vector<concerned_subject> subjects_;
  cep::past_cover covers_;
  refusals refused_;
  std::uint64_t rows_ = 0;
};

}  // namespace beckon::topology
