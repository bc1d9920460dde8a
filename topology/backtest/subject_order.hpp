// In which order a batch of inputs is judged: subject by subject, so that what one subject
// remembers comes into the cache once for all its inputs. Subjects do not see each other; of one
// subject the inputs stay in their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "topology/backtest/input_batch.hpp"

namespace beckon::topology {

/// One input for one of its subjects.
struct subject_turn {
  hash128 key;  ///< key_of the subject
  std::uint32_t input = 0;
  std::uint32_t subject = 0;  ///< among the input's
  bool another = true;        ///< than the turn before: most likely a subject of its own
};

/// Keeps its room from batch to batch. Not thread-safe.
class subject_order {
 public:
  /// All turns of the batch's inputs; valid until the next call.
  std::span<const subject_turn> of(const input_batch& batch);

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  /// Turns of subjects whose keys share some bits, in the order of inputs.
  struct chain {
    std::uint32_t first = none, last = none;
  };
  void add(hash128 key, std::uint32_t input, std::uint32_t subject);
  void line_up();

  std::vector<subject_turn> came_;   // in the order of inputs …
  std::vector<std::uint32_t> next_;  // … and for each the one behind it in its chain
  std::vector<chain> chains_;
  std::vector<std::uint32_t> begun_;  // chains in use, by their first turn
  std::vector<subject_turn> turns_;
  lane_input several_;  // one with several subjects
};

}  // namespace beckon::topology
