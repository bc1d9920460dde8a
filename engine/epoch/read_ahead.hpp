// How many messages of a queue a partition lets the broker hand over ahead of what it has taken: as
// many as fit a budget of bytes, measured by what came so far. Pure; owned by one partition, one
// per queue.
#pragma once

#include <cstdint>

namespace beckon::epoch {

class read_ahead {
 public:
  /// At most `messages` and about `bytes` are ahead, but always at least one message.
  read_ahead(std::uint32_t messages, std::uint64_t bytes) noexcept
      : most_messages_(messages == 0 ? 1 : messages), most_bytes_(bytes) {}

  /// How many messages may be handed over now; they count as ahead from now on.
  std::uint32_t grant() noexcept;
  /// A message of so many bytes came.
  void arrived(std::uint64_t bytes) noexcept;
  /// One of those that came has been taken.
  void taken() noexcept { --ahead_; }

  std::uint32_t ahead() const noexcept { return ahead_; }

 private:
  static constexpr std::uint64_t first_guess = 32'768;

  std::uint32_t most_messages_;
  std::uint64_t most_bytes_;
  std::uint64_t usual_bytes_ = first_guess;  // of a message: rises at once, falls slowly
  std::uint32_t ahead_ = 0;                  // granted and not taken
};

}  // namespace beckon::epoch
