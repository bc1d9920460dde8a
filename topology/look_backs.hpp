// A node's memory of when it began to record for each look-back: DATA/look_backs.json.
#pragma once

#include <string>

#include "engine/cep/recorded_past.hpp"

namespace beckon::topology {

/// What is known of the past of these rules, which from now on is recorded for all of them. Reads
/// and writes the file; blocks. Errors: corrupt, unavailable.
result<cep::recorded_past> recall_look_backs(const std::string& data, const cep::rule_set& rules,
                                             timestamp now);

/// What was stored; nothing where there is no file. Blocks. Errors: corrupt, unavailable.
result<cep::known_past> read_look_backs(const std::string& data);
/// Blocks. Error: unavailable.
result<void> write_look_backs(const std::string& data, const cep::known_past& known);

}  // namespace beckon::topology
