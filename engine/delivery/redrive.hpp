// Whether a delivery that was given up may be sent after all, and as what. Pure.
#pragma once

#include <optional>
#include <string>

#include "engine/base/time.hpp"
#include "engine/delivery/outbox.hpp"

namespace beckon::delivery {

/// What a person allows beyond what is safe.
struct redrive_options {
  bool expired = false;    ///< also what nobody should get any more
  bool ambiguous = false;  ///< also what at_most_once forbids: it may take effect twice
};

/// What is configured now.
struct redrive_terms {
  bool channel_there = false;
  /// How long the action's deliveries may be attempted; zero: for ever. nullopt: the action is
  /// gone, and as long as at first holds.
  std::optional<duration> lifetime;
};

/// Either the entry to be put into the outbox, or why there is none.
struct redrive_answer {
  std::optional<outbox_entry> entry;  ///< its `order` is the caller's to give
  std::string refused = {};
};

/// The same delivery from its first attempt on: its id, words and channel stay, its time begins
/// anew.
redrive_answer redrive(outbox_entry given_up, const redrive_options& how,
                       const redrive_terms& terms, timestamp now);

}  // namespace beckon::delivery
