// Messages that were handled and wait to be freed, many at once. The client (3.4) frees each on a
// thread of its own, woken by the first of those destroyed together: one by one that costs a switch
// of threads a message. Bounded by number and bytes. The caller locks.
#pragma once

#include <cstddef>
#include <vector>

#include "adapters/nats/message.hpp"

namespace beckon::adapters {

class spent_messages {
 public:
  void add(message_ptr one) {
    bytes_ += data_of(*one).size();
    messages_.push_back(std::move(one));
    if (messages_.size() >= most || bytes_ >= most_bytes) free();
  }
  void free() noexcept {
    messages_.clear();
    bytes_ = 0;
  }

 private:
  static constexpr std::size_t most = 64;
  static constexpr std::size_t most_bytes = std::size_t{256} * 1024;

  std::vector<message_ptr> messages_;
  std::size_t bytes_ = 0;
};

}  // namespace beckon::adapters
