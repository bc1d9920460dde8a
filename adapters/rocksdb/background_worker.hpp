// One thread that does small jobs in the order they were posted. Any thread may post.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace beckon::adapters {

class background_worker {
 public:
  using job = std::function<void()>;

  background_worker() : thread_([this] { run(); }) {}
  /// Finishes the job at work, forgets the others.
  ~background_worker();
  background_worker(const background_worker&) = delete;
  background_worker& operator=(const background_worker&) = delete;

  /// Jobs must not throw.
  void post(job what);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace beckon::adapters
