// What is in flight at one channel, by (delivery id, attempt): survives the channel actor, so that
// a restart neither loses a running attempt nor begins it again. An entry offered again attaches to
// the running attempt; a result stays until a commit holds it. Thread-safe: senders answer on their
// own threads.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "messages/actor/protocol.hpp"
#include "messages/port/sender.hpp"

namespace beckon::actors {

class channel_desk : public std::enable_shared_from_this<channel_desk> {
 public:
  explicit channel_desk(std::shared_ptr<port::sender> out) : out_(std::move(out)) {}

  /// Starts the attempt, attaches to the running one, or answers with the result it has kept.
  void attempt(const attempt_request& r, const outbox_actor& reply_to);
  void forget(const attempts_committed& done);
  std::size_t in_flight() const;

 private:
  using key = std::pair<hash128, std::uint32_t>;
  struct entry {
    std::uint64_t order = 0;
    std::string channel;
    outbox_actor reply_to;
    std::optional<port::receipt> result;
  };

  void finish(const key& k, port::receipt r);

  std::shared_ptr<port::sender> out_;
  mutable std::mutex guard_;
  std::map<key, entry> entries_;
};

}  // namespace beckon::actors
