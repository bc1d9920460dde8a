// What sources say and take: prepared events in, publish answers, ticks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "engine/access/event.hpp"
#include "messages/actor/life.hpp"
#include "messages/actor/publishing.hpp"
#include "messages/actor/queues.hpp"

namespace beckon::actors {

/// Events of one request, checked against the catalogue; the door gives arrival, position and,
/// where missing, ids.
struct accept_events {
  std::vector<event> events;
  /// Called once, when all are stored in every queue they go to, or in the door's log (or why
  /// not). Any thread, must not block.
  std::function<void(result<void>)> done;
};

/// Its own: the linger of what waits for a fuller envelope is over.
struct linger_over {};

/// A door's own: what it gave to the ingest log is on the disk, or why not.
struct logged {
  std::uint64_t serial = 0;
  std::optional<error> failed;
};

/// Its own: go on with what waits in the log, or look again what the broker holds.
struct go_on {};

/// The broker may have lost what it had stored: a door that keeps a log looks.
struct broker_changed {};

/// A door of the node: puts what it accepts on its source's queues. Child of `sources`.
using source_actor = caf::typed_actor<
    caf::reacts_to<accept_events>,   // HTTP listener: events of one request
    caf::reacts_to<queue_messages>,  // NATS reader: messages of the captured stream
    caf::reacts_to<queue_empty>,     // NATS reader: the captured stream was read to its end
    caf::reacts_to<publish_answer>,  // bus: an envelope was stored or refused
    caf::reacts_to<linger_over>,     // its own
    caf::reacts_to<retry_queues>,    // its own
    caf::reacts_to<logged>,          // ingest log
    caf::reacts_to<go_on>,           // its own
    caf::reacts_to<broker_changed>,  // who watches the broker
    caf::reacts_to<node_tick>,       // say the clock
    caf::reacts_to<drain>>;  // take nothing more, end the door, answer `drained` to the root

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::accept_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::linger_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::logged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::go_on)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::broker_changed)
