// A firing as one line of NDJSON (language.md, "Recorded events and firings").
#pragma once

#include <string>

#include "engine/cep/replay.hpp"

namespace beckon::topology {

/// {"rule","version","subject","time" (ms),"returns"} without a line end.
std::string firing_line(const cep::firing& f);

}  // namespace beckon::topology
