// A door's way out: publishes the envelopes that the door inside gives, and tells it what the bus
// answered. Its owner's thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/access/door.hpp"
#include "engine/access/linger.hpp"
#include "messages/actor/publishing.hpp"
#include "messages/port/bus.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::actors {

/// What a door publishes with; all but the text and the function outlive it.
struct outlet_parts {
  std::string owner;   ///< as log lines name it
  std::string prefix;  ///< of bus subjects
  port::bus* bus = nullptr;
  port::log* log = nullptr;
  port::counter* envelopes = nullptr;  ///< stored by the broker
  port::counter* failures = nullptr;   ///< refused or unanswered, sent again
  /// What the bus answers, on any thread: to be given to `answered` on the owner's.
  std::function<void(publish_answer)> on_answer;
  std::uint32_t life = 0;  ///< answers to an earlier door of the same owner are void
};

class door_outlet {
 public:
  door_outlet(outlet_parts parts, door_settings settings);

  door& inside() noexcept { return door_; }
  const door& inside() const noexcept { return door_; }

  /// Publishes what may be sent, envelopes that are not full only once they have lingered.
  /// Something still does: after how long to pump again, at the latest.
  std::optional<linger::span> pump();
  /// Publishes what may be sent; nothing lingers.
  void flush();
  /// True: some queue is held until the door inside is told to `retry`.
  bool answered(const publish_answer& a);

 private:
  void publish_next(bool round);

  outlet_parts parts_;
  door door_;
  linger linger_;
  std::string subject_;
};

}  // namespace beckon::actors
