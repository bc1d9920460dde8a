// The streams a deployment needs, made or verified before anything reads or writes them.
#pragma once

#include <vector>

#include "actors/partition/partition.hpp"
#include "messages/port/bus.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

/// One queue per (source, partition), and per partition one of what the others tell it. The sources,
/// as partitions read them.
result<std::vector<actors::partition_source>> ensure_queues(port::bus& bus, const deployment& d);

/// All of these, each as it is now.
result<std::vector<port::stream_info>> ensure_all(port::bus& bus, const deployment& d);

/// Decision records and rejected messages.
result<void> ensure_common(port::bus& bus, const deployment& d);

/// The log of items' rows.
result<port::stream_info> ensure_items(port::bus& bus, const deployment& d);

/// What captures the subject of a NATS source.
result<port::stream_info> ensure_capture(port::bus& bus, const source_settings& source);

}  // namespace beckon::topology
