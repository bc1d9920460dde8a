#include "adapters/rocksdb/background_worker.hpp"

#include <utility>

namespace beckon::adapters {

background_worker::~background_worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void background_worker::post(job what) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(what));
  }
  changed_.notify_one();
}

void background_worker::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    const job next = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    next();
    lock.lock();
  }
}

}  // namespace beckon::adapters
