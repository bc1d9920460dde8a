// What is in flight at one channel, by (delivery id, attempt): survives the channel actor, so that
// a restart neither loses a running attempt nor begins it again. An entry offered again attaches to
// the running attempt; a result stays until a commit holds it. An attempt that the channel's gate
// (breakers, retry budget) holds is not begun. Thread-safe: senders answer on their own threads.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "actors/channel/channels.hpp"
#include "engine/delivery/breaker.hpp"
#include "messages/actor/protocol.hpp"
#include "messages/port/sender.hpp"

namespace beckon::actors {

class channel_desk : public std::enable_shared_from_this<channel_desk> {
 public:
  channel_desk(const std::string& id, channel_way way, const surroundings& around);

  /// Starts the attempt, attaches to the running one, answers with the result it has kept, or that
  /// it is held.
  void attempt(const attempt_request& r, const outbox_actor& reply_to);
  void forget(const attempts_committed& done);
  std::size_t in_flight() const;

 private:
  using key = std::pair<hash128, std::uint32_t>;
  struct entry {
    std::uint64_t order = 0;
    std::string channel;
    std::string address;
    outbox_actor reply_to;
    std::optional<port::receipt> result;
  };

  bool begin(const attempt_request& r, const outbox_actor& reply_to);
  void finish(const key& k, port::receipt r);
  void note(const std::string& address, const port::receipt& r);

  const std::string id_;
  const surroundings around_;
  std::shared_ptr<port::sender> out_;
  port::gauge& open_;
  port::counter& held_;
  mutable std::mutex guard_;
  delivery::attempt_gate gate_;
  std::map<key, entry> entries_;
};

}  // namespace beckon::actors
