// A replay by several threads: the one that calls gives inputs, others ("lanes") judge disjoint
// subjects, each with a replay of its own that is told the clock of all. What comes out does not
// depend on how many they are. Where a rule crosses subjects (TO EACH) one lane judges everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/access/item_table.hpp"
#include "engine/base/result.hpp"
#include "engine/cep/replay.hpp"
#include "topology/backtest/batch_queue.hpp"

namespace beckon::topology {

struct replay_outcome {
  std::vector<cep::firing> firings;  ///< as cep::replay::finish gives them
  cep::replay_counts counts;
  cep::overflow_counts overflow;
};

/// Used by one thread, which it makes wait when the lanes are behind. Destroyed before `finish`, it
/// drops what has not been judged.
class parallel_replay {
 public:
  /// Error: exhausted, where the system has no thread to give.
  static result<std::unique_ptr<parallel_replay>> start(std::shared_ptr<const cep::rule_set> rules,
                                                        const cep::replay_options& options,
                                                        std::size_t threads);
  ~parallel_replay();

  std::size_t lanes() const noexcept { return lanes_.size(); }

  /// As cep::replay::feed. `e` carries then what the tables say. Error: a lane has failed (memory),
  /// nothing can follow.
  result<void> feed(std::span<const concerned_subject> subjects, event& e);

  /// Judges what waits and the deadlines left, and ends the threads. Once. Errors: as `feed`.
  result<replay_outcome> finish();

 private:
  struct lane;

  parallel_replay(std::shared_ptr<const cep::rule_set> rules, const cep::replay_options& options,
                  std::size_t lanes);
  result<void> run_lanes();
  bool prepare(event& e);
  bool give(std::size_t to, const event& e, std::span<const concerned_subject> subjects,
            hash128 first);
  bool give_shares(const event& e, std::span<const concerned_subject> subjects);
  bool flush(lane& to);
  std::size_t lane_of(hash128 subject_key) const;
  result<void> end_lanes();
  result<void> failure() const;

  std::shared_ptr<const cep::rule_set> rules_;
  bool alone_;  // one lane, whose replay has the tables
  cep::asked_events asked_;
  item_table items_;
  timestamp clock_ = beginning;
  std::uint64_t inputs_ = 0;
  std::vector<std::unique_ptr<lane>> lanes_;
};

}  // namespace beckon::topology
