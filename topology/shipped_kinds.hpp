// The kinds of channels, and of filters that ask outside, that ship, and how their options are
// checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topology/plan/build.hpp"

namespace beckon::topology {

/// Channels: file, console, webhook, nats. Filters: http_predicate.
const outside_kinds& shipped_kinds();

/// Options of the kind `nats`.
struct nats_channel {
  std::string subject;  ///< where every delivery is published; no wildcards
  bool stream = false;  ///< delivered when a stream stored it; else when the broker took it
};

/// Nothing after reporting what is wrong.
std::optional<nats_channel> read_nats_channel(const settings& options, problems& out);

}  // namespace beckon::topology
