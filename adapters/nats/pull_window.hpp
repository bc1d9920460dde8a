// How many messages a reader may ask for, has asked for, and should ask for next. Pure; the caller
// locks.
#pragma once

#include <cstdint>

namespace beckon::adapters {

/// Credit is what the owner granted and nobody asked for yet. Never more is asked for than was
/// granted. The broker serves waiting requests in turn, one message each, so requests overlap: a
/// new one goes out each time about a batch has arrived, and up to four batches are under way, or
/// fewer messages where their bytes would exceed the budget: the broker cuts off a connection for
/// which it holds more than its `max_pending` (64 MiB by default).
class pull_window {
 public:
  explicit pull_window(std::uint32_t batch) noexcept : batch_(batch == 0 ? 1 : batch) {}

  void grant(std::uint64_t messages) noexcept { credit_ += messages; }
  /// How many bytes may be under way. At least one message always may.
  void set_budget(std::uint64_t bytes) noexcept { budget_ = bytes; }
  /// The size of the request to send now; 0: none. Counted as asked for.
  std::uint64_t next_request() noexcept;
  /// A request could not be sent.
  void take_back(std::uint64_t messages) noexcept;
  /// Messages with so many bytes in all arrived. False: more than were asked for.
  bool received(std::uint64_t messages, std::uint64_t bytes) noexcept;
  /// A request ended with so many messages unsent.
  void expired(std::uint64_t messages) noexcept { take_back(messages); }
  /// Everything under way is void: the consumer is gone.
  void reset() noexcept { take_back(asked_); }

  /// After how many messages a new request becomes worth its while.
  std::uint64_t step() const noexcept;
  std::uint64_t asked() const noexcept { return asked_; }
  std::uint64_t credit() const noexcept { return credit_; }

 private:
  std::uint64_t most() const noexcept;

  static constexpr std::uint64_t first_guess = 32'768;

  std::uint64_t batch_;
  std::uint64_t budget_ = ~std::uint64_t{0};
  std::uint64_t usual_bytes_ = first_guess;  // of a message: rises at once, falls slowly
  std::uint64_t credit_ = 0;
  std::uint64_t asked_ = 0;
};

}  // namespace beckon::adapters
