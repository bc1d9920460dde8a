// A person has dead letters given again: from the node to the partitions that hold them.
// Plain values but for the call they share; nothing here crosses a process.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "messages/port/redrive.hpp"

namespace beckon::actors {

/// Collects what became of the letters; whoever lets the last copy go answers. A partition that
/// ends with letters under way leaves them unanswered. Thread-safe.
class redrive_call {
 public:
  redrive_call(std::size_t letters, port::redrive_done done)
      : fates_(letters), done_(std::move(done)) {}
  redrive_call(const redrive_call&) = delete;
  redrive_call& operator=(const redrive_call&) = delete;
  ~redrive_call() { done_(std::move(fates_)); }

  void say(std::size_t letter, port::letter_fate fate) {
    const std::lock_guard hold(guard_);
    fates_[letter] = std::move(fate);
  }

 private:
  std::mutex guard_;
  std::vector<port::letter_fate> fates_;
  port::redrive_done done_;
};

/// The letters of one partition.
struct redrive_request {
  struct letter {
    std::size_t number = 0;  ///< in the call
    hash128 id;
  };
  std::uint32_t partition = 0;
  std::vector<letter> letters;
  delivery::redrive_options how;
  std::shared_ptr<redrive_call> call;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::redrive_request)
