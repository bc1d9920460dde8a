// Publishes without blocking and answers each publish exactly once.
// js_PublishAsync is not used: it times out without sending when it stalls. Here every message asks
// for its answer on a subject of one inbox, `<inbox>.<number>`; what is unanswered waits in
// `unacked`. One thread writes, so the order of `send` is the order on the wire and a slow socket
// blocks nobody else. Threads: `send` from any thread, never blocks. Handlers run on the client's,
// the connection's or the writing thread, never inside `send`; they may call `send`.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/nats/connection.hpp"
#include "adapters/nats/unacked.hpp"
#include "messages/port/bus.hpp"

namespace beckon::adapters {

struct outgoing {
  std::string subject;
  std::string data;
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// Stored: answered by the stream that captured it. Not stored: answered when the broker has
  /// taken it (a marker published behind it came back), with an ack without stream.
  bool stored = true;
  port::bus::ack_handler done;
};

class publisher final : public connection_observer {
 public:
  /// `through` must outlive the publisher's `close`.
  static result<std::shared_ptr<publisher>> open(connection& through);
  ~publisher() override;

  /// Errors given to `done`: exhausted (stream full, message too large), timeout (may be stored),
  /// unavailable (not sent: no broker, nobody takes the subject, too much unanswered), invalid (no
  /// such subject can be), conflict.
  void send(outgoing what);

  /// What was written to the connection beside this leaves soon, too. The client's own flusher waits
  /// for a millisecond of the wall clock: where that is set back meanwhile, for an hour.
  void push_soon();

  /// Fails what is unanswered and stops. A `send` that comes later is not answered.
  void close();

  void on_connected() override {}
  void on_disconnected() override;
  void on_tick(steady_time now) override;

 private:
  struct numbered {
    std::uint64_t number = 0;
    outgoing what;
  };
  using batch = std::vector<numbered>;

  explicit publisher(connection& through);
  void handle_answer(natsMsg& answer);
  void write_until(std::stop_token stop);
  batch wait_for_work(std::stop_token stop, bool& unflushed, steady_time until);
  void write(batch& messages);
  void register_unacked(batch& messages, std::size_t from, std::size_t to);
  result<void> put_on_wire(const numbered& one);
  static void refuse(std::vector<unacked_publish> many);
  void answer(unacked_publish one, result<port::publish_ack> how);
  void fail(std::vector<unacked_publish> many, const error& why);
  unacked_publish take(std::uint64_t number);

  connection& through_;
  std::string inbox_;  // with a dot at its end
  std::unique_ptr<live_subscription> answers_;

  std::atomic<std::uint64_t> open_messages_{0};  // queued or unacked
  std::atomic<std::uint64_t> open_bytes_{0};

  std::mutex queue_mutex_;  // between senders and the writing thread
  std::condition_variable_any work_;
  batch queue_;
  std::size_t wake_at_ = 0;  // the queue's length at which the writer wants to be woken
  std::uint64_t next_number_ = 1;
  bool to_push_ = false;  // something was written beside the queue
  bool closing_ = false;
  std::vector<unacked_publish> refused_;  // beyond the bounds; answered by the next tick

  std::mutex unacked_mutex_;  // between the writing thread and who hears answers
  unacked unacked_;
  std::jthread writer_;
};

}  // namespace beckon::adapters
