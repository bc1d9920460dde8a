#include "topology/backtest/subject_order.hpp"

#include <bit>

namespace beckon::topology {

void subject_order::add(hash128 key, std::uint32_t input, std::uint32_t subject) {
  const auto turn = static_cast<std::uint32_t>(came_.size());
  came_.push_back({key, input, subject});
  next_.push_back(none);
  const std::size_t number = key.low & (chains_.size() - 1);
  chain& c = chains_[number];
  if (c.first == none) {
    c.first = turn;
    begun_.push_back(static_cast<std::uint32_t>(number));
  } else {
    next_[c.last] = turn;
  }
  c.last = turn;
}

void subject_order::line_up() {
  turns_.clear();
  for (const std::uint32_t number : begun_) {
    bool another = true;
    for (std::uint32_t i = chains_[number].first; i != none; i = next_[i]) {
      turns_.push_back(came_[i]);
      turns_.back().another = std::exchange(another, false);
    }
    chains_[number] = {};
  }
  begun_.clear();
}

std::span<const subject_turn> subject_order::of(const input_batch& batch) {
  came_.clear();
  next_.clear();
  const std::size_t room = std::bit_ceil(batch.size() * 2 + 1);
  if (chains_.size() < room) chains_.resize(room);
  for (std::uint32_t i = 0; i < batch.size(); ++i) {
    if (batch[i].subjects == 0) continue;
    add(batch[i].first, i, 0);
    if (batch[i].subjects == 1) continue;
    batch.read(i, several_);
    for (std::uint32_t s = 1; s < several_.subjects.size(); ++s)
      add(key_of(several_.subjects[s].who), i, s);
  }
  line_up();
  return turns_;
}

}  // namespace beckon::topology
