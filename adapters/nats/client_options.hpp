// Our options as the NATS C client's.
#pragma once

#include <cstdint>

#include <nats/nats.h>

#include "adapters/nats/nats_options.hpp"

namespace beckon::adapters {

/// What a connection is for. `publishing`: each subscription has its own thread, writes are
/// collected. `reading`: subscriptions share the client's pool of threads, requests leave at once.
enum class connection_role : std::uint8_t { publishing, reading };

/// Everything but the callbacks.
natsStatus configure_client(natsOptions* out, const nats_options& from, connection_role role);

}  // namespace beckon::adapters
