// A firing as one line of NDJSON (language.md, "Recorded events and firings").
#pragma once

#include <string>
#include <string_view>

#include "engine/cep/replay.hpp"

namespace beckon::topology {

/// {"rule","version","subject","time" (ms),"returns"} without a line end.
std::string firing_line(const cep::firing& f);
std::string firing_line(std::string_view rule, std::string_view version, std::string_view subject_id, timestamp time,
                        const field_list& returns);

}  // namespace beckon::topology
