// Dead letters as a node's store keeps them.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/base/result.hpp"
#include "messages/codec/rows.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

/// All of them, oldest first, beside a running node or without one; none where nothing ever ran.
/// Errors: unavailable, corrupt.
result<std::vector<codec::dead_letter_row>> stored_letters(const deployment& d);

/// What it says of itself, without the input.
nlohmann::json letter_json(const codec::dead_letter_row& l);

/// What strangers wrote, without what could steer a terminal.
std::string printable(std::string text);

}  // namespace beckon::topology
