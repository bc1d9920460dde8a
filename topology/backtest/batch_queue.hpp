// Batches of inputs from the thread that reads to one that judges, and back to be filled again:
// what the reader allocates the reader frees, and no more than a few batches wait.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "topology/backtest/input_batch.hpp"

namespace beckon::topology {

/// One reader, one judge; any member from either thread. After `close` nothing waits any more.
class batch_queue {
 public:
  using batch = std::unique_ptr<input_batch>;

  explicit batch_queue(std::size_t most) : most_(most) {}

  /// Waits for room. False: closed, `full` is dropped.
  bool push(batch full) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return full_.size() < most_ || closed_; });
    if (closed_) return false;
    full_.push_back(std::move(full));
    work_.notify_one();
    return true;
  }

  /// Nothing comes any more: `pop` gives what is there, then null.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    work_.notify_one();
  }

  /// Both sides stop: what waits is dropped.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    room_.notify_one();
    work_.notify_one();
  }

  /// Waits for a batch; null: ended or closed.
  batch pop() {
    std::unique_lock lock(mutex_);
    work_.wait(lock, [&] { return !full_.empty() || ended_ || closed_; });
    if (closed_ || full_.empty()) return nullptr;
    batch next = std::move(full_.front());
    full_.pop_front();
    room_.notify_one();
    return next;
  }

  /// For `take_spare`.
  void give_back(batch used) {
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(used));
  }

  /// A batch to fill: one given back, or a new one.
  batch take_spare() {
    {
      const std::lock_guard lock(mutex_);
      if (!spare_.empty()) {
        batch found = std::move(spare_.back());
        spare_.pop_back();
        found->clear();
        return found;
      }
    }
    return std::make_unique<input_batch>();
  }

  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable work_;
  std::deque<batch> full_;
  std::vector<batch> spare_;
  bool ended_ = false;
  bool closed_ = false;
};

}  // namespace beckon::topology
