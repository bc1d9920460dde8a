// How a node comes to rest, and how it says that it cannot go on.
// Plain values; nothing here crosses a process.
#pragma once

#include <string>

#include <caf/allowed_unsafe_message_type.hpp>

namespace beckon::actors {

/// Stop taking; finish what was begun; answer `drained` when everything taken is committed and
/// nothing is in flight.
struct drain {};
struct drained {
  std::string station;
};
/// A supervisor went over its budget, or something failed that only a new process can mend.
struct give_up {
  std::string station;
  std::string reason;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::give_up)
