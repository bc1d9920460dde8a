#include "adapters/nats/unacked.hpp"

#include <utility>

namespace beckon::adapters {

void unacked::add(std::uint64_t number, unacked_publish what) {
  if (waiting_.empty()) first_ = number;
  waiting_.push_back(std::move(what));
}

void unacked::drop_answered() {
  while (!waiting_.empty() && !waiting_.front().done) {
    waiting_.pop_front();
    ++first_;
  }
}

unacked_publish unacked::take(std::uint64_t number) {
  if (number < first_ || number - first_ >= waiting_.size()) return {};
  auto out = std::exchange(waiting_[number - first_], {});
  drop_answered();
  return out;
}

std::vector<unacked_publish> unacked::take_due(steady_time now) {
  std::vector<unacked_publish> out;
  drop_answered();
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    out.push_back(std::exchange(waiting_.front(), {}));
    drop_answered();
  }
  return out;
}

std::vector<unacked_publish> unacked::take_all() {
  std::vector<unacked_publish> out;
  for (auto& one : waiting_) {
    if (one.done) out.push_back(std::move(one));
  }
  waiting_.clear();
  return out;
}

}  // namespace beckon::adapters
