// A firing as one line of NDJSON (language.md, "Recorded events and firings").
#pragma once

#include <string>
#include <string_view>

#include "engine/cep/replay.hpp"

namespace beckon::topology {

/// {"rule","version","subject","time" (ms),"returns"} without a line end; "history_short" where a
/// look-back reached beyond what was recorded.
std::string firing_line(const cep::firing& f);
/// The same with its line end, behind what `to` holds.
void append_firing_line(std::string& to, const cep::firing& f);
std::string firing_line(std::string_view rule, std::string_view version,
                        std::string_view subject_id, timestamp time, const field_list& returns,
                        bool history_short);

}  // namespace beckon::topology
