// The bus as Beckon needs it: streams, publishing with acks, reading by pull with credit. Implemented by adapters/nats.
// Threads: blocking calls say so; handlers run on the adapter's threads, must not block and must not call back
// into blocking functions of the same object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace beckon::port {

struct stream_settings {
  std::string name;
  std::vector<std::string> subjects;
  std::int64_t max_bytes = -1;             ///< -1: no bound
  bool discard_old = false;                ///< a full stream: false refuses new messages, true drops the oldest
  std::optional<duration> duplicates;      ///< window of Msg-Id; default of the broker
};

struct stream_info {
  std::string name;
  std::int64_t created_ns = 0;  ///< identity of this incarnation of the stream
  std::uint64_t first = 0;      ///< lowest sequence still there
  std::uint64_t last = 0;       ///< 0: nothing was ever stored
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
};

struct stored_message {
  std::uint64_t sequence = 0;
  std::int64_t broker_time_ns = 0;
  std::string subject;
  std::vector<std::pair<std::string, std::string>> headers;  ///< only where the reader asked for them
  std::string data;
};

/// How far a stream has been handled. `sequence` 0: from the beginning.
struct stream_offset {
  std::int64_t created_ns = 0;
  std::uint64_t sequence = 0;
  std::int64_t broker_time_ns = 0;
  friend bool operator==(const stream_offset&, const stream_offset&) = default;
};

struct publish_ack {
  std::string stream;
  std::uint64_t sequence = 0;
  bool duplicate = false;
};

/// What a queue reader tells its owner. Called in order for one reader, never twice at once.
class queue_handler {
 public:
  virtual ~queue_handler() = default;
  /// Contiguous messages, in order; at most what was granted. `pending`: how many more the stream holds.
  virtual void messages(std::vector<stored_message> batch, std::uint64_t pending) = 0;
  /// A pull sent at `sent` (wall clock) found the queue read to its end.
  virtual void empty(timestamp sent) = 0;
  /// From here on messages are those of the stream made at that time.
  virtual void reads(std::int64_t /*created_ns*/) {}
  /// The offset does not fit the stream (tail lost, store wiped): reading has stopped until the reader is made anew.
  virtual void mismatch(std::string why) = 0;
  /// Reading works (true) or is being restored (false): consumer healthy and answering.
  virtual void healthy(bool yes) = 0;
};

/// Reads one stream from an offset on. Destroying it stops it; no handler call after the destructor returned.
class queue_reader {
 public:
  virtual ~queue_reader() = default;
  /// Allows `messages` more messages to be handed over. Never blocks. Any thread.
  virtual void grant(std::uint32_t messages) = 0;
};

struct reader_settings {
  std::string stream;
  stream_offset after;        ///< verified by STREAM.MSG.GET before every (re-)creation of the consumer
  bool with_headers = false;
  std::uint32_t batch = 64;   ///< messages per pull request
};

class subscription {
 public:
  virtual ~subscription() = default;
};

class bus {
 public:
  virtual ~bus() = default;

  // -- blocking, any thread; each tries again within its own bound (10 s) while the broker is away
  /// Makes the stream, or verifies that one of that name has these subjects (else conflict) and sets its limits.
  virtual result<stream_info> ensure_stream(const stream_settings& settings) = 0;
  virtual result<stream_info> info(const std::string& stream) = 0;
  /// The message at a sequence; nullopt when it is not there (purged, beyond the end).
  virtual result<std::optional<stored_message>> get(const std::string& stream, std::uint64_t sequence) = 0;
  /// The last message of the stream; nullopt when it holds none.
  virtual result<std::optional<stored_message>> last(const std::string& stream) = 0;
  /// Removes all messages with sequence < `below`.
  virtual result<void> purge_below(const std::string& stream, std::uint64_t below) = 0;

  // -- not blocking, any thread
  using ack_handler = std::function<void(result<publish_ack>)>;
  /// Stores a message; the handler is called exactly once. Errors: exhausted (stream full), timeout (may be stored),
  /// unavailable (not sent). `message_id` empty: none.
  virtual void publish(std::string subject, std::string data, std::string message_id, ack_handler done) = 0;
  /// Core NATS: not stored, not acked.
  virtual result<void> publish_unstored(const std::string& subject, std::string_view data) = 0;
  using message_handler = std::function<void(std::string_view subject, std::string_view data)>;
  /// Core NATS subscription, in force when this returns (flushed). Blocking.
  virtual result<std::unique_ptr<subscription>> subscribe(const std::string& subject, message_handler on_message) = 0;

  /// Starts reading; the handler must outlive the reader.
  virtual result<std::unique_ptr<queue_reader>> read(const reader_settings& settings, queue_handler& handler) = 0;

  /// Connected now; for readiness.
  virtual bool connected() const noexcept = 0;
  /// How often the connection was made anew: whoever relies on what was stored looks again when it changes.
  virtual std::uint64_t reconnects() const noexcept { return 0; }
};

}  // namespace beckon::port
