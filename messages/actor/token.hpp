// Counts outstanding work across actors that may crash: whoever holds the last copy either
// confirmed it or its end reports that the work was dropped. Travels inside messages; a crashed
// actor's mailbox drops its copies.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace beckon::actors {

/// Why work was lost: who failed on it and how; both empty when it was only waiting behind what
/// failed.
struct drop_note {
  std::string actor;
  std::string reason;
};

class work_token {
 public:
  /// `dropped` runs at most once, on whatever thread lets the last copy go; it must not throw.
  explicit work_token(std::function<void(drop_note)> dropped) : dropped_(std::move(dropped)) {}
  work_token(const work_token&) = delete;
  work_token& operator=(const work_token&) = delete;
  ~work_token() {
    if (!confirmed_) dropped_(std::move(note_));
  }
  void confirm() {
    const std::lock_guard hold(guard_);
    confirmed_ = true;
  }
  /// Said by the actor that fails on the work, before it ends.
  void blame(std::string actor, std::string reason) {
    const std::lock_guard hold(guard_);
    note_ = {std::move(actor), std::move(reason)};
  }

 private:
  std::mutex guard_;
  std::function<void(drop_note)> dropped_;
  bool confirmed_ = false;
  drop_note note_;
};

using token = std::shared_ptr<work_token>;

}  // namespace beckon::actors
