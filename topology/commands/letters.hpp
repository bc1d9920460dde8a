// Dead letters as a node's store keeps them.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "adapters/cli/arguments.hpp"
#include "engine/base/result.hpp"
#include "messages/codec/rows.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

/// All of them, oldest first, beside a running node or without one; none where nothing ever ran.
/// Errors: unavailable, corrupt.
result<std::vector<codec::dead_letter_row>> stored_letters(const deployment& d);

/// Which of them a command is about, as its options say; what is empty asks for nothing.
struct letter_filter {
  std::string rule;     ///< whose judging, decision or firing failed
  std::string channel;  ///< of deliveries
  std::string reason;   ///< a part of it
  std::string subject;  ///< its id
  bool asks_for_all() const noexcept {
    return rule.empty() && channel.empty() && reason.empty() && subject.empty();
  }
};
std::vector<adapters::option_spec> letter_options();
letter_filter filter_of(const adapters::arguments& given);
bool fits(const letter_filter& wanted, const codec::dead_letter_row& letter);

/// The letters whose ids begin with what was typed, as with commits of git.
std::vector<codec::dead_letter_row> letters_named(const std::vector<codec::dead_letter_row>& all,
                                                  const std::string& id);

/// What it says of itself, without the input.
nlohmann::json letter_json(const codec::dead_letter_row& l);

/// What strangers wrote, without what could steer a terminal.
std::string printable(std::string text);

}  // namespace beckon::topology
