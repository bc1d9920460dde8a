// One version of a rule after another.
#include <algorithm>

#include "tests/engine/cep/oracle.hpp"

namespace beckon::cep {

void oracle::hand_over(oracle& next, bool with_window) const {
  next.limits_ = limits_;
  next.clock_ = clock_;
  next.order_ = order_;
  next.keys_ = keys_;
  next.everywhere_ = everywhere_;
  const auto forget_other_meanings = [&](history& h) {
    const std::vector<int> forgotten = h.forgotten;
    h.forgotten.assign(next.looks_.size(), order_);
    h.chains.clear();
    h.consumed.clear();
    if (!with_window) h.window_after = order_;
    for (std::size_t mine = 0; mine < looks_.size(); ++mine) {
      for (std::size_t its = 0; its < next.looks_.size(); ++its) {
        if (looks_[mine].what->structure == next.looks_[its].what->structure)
          h.forgotten[its] = forgotten.empty() ? 0 : forgotten[mine];
      }
    }
  };
  for (auto& [key, h] : next.keys_) forget_other_meanings(h);
  forget_other_meanings(next.everywhere_);
  if (next.empty()) next.clock_ = beginning;
}

void oracle::drain(oracle& next) {
  drains_ = true;
  holder_ = &next;
  limits_ = {};
  next.limited_too_.push_back(&rule_);
  drop_idle();
  if (empty()) clock_ = beginning;
}

/// What drains remembers nothing of keys without runs.
void oracle::drop_idle() {
  if (!drains_) return;
  std::erase_if(keys_, [](const auto& k) {
    return std::none_of(k.second.chains.begin(), k.second.chains.end(),
                        [](const chain& c) { return c.standing && !c.dead; });
  });
  if (keys_.empty()) everywhere_ = {};
}

}  // namespace beckon::cep
