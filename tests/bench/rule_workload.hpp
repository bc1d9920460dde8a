// What the matcher alone is measured on: a catalogue, any number of rules, a stream of events.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"
#include "engine/cep/rule_set.hpp"
#include "engine/language/compile.hpp"

namespace beckon::bench {

/// 100 types, t0 to t99, with the same fields.
std::shared_ptr<const catalogue> rule_events();

/// A rule over them.
std::shared_ptr<const language::checked_rule> compiled(const std::string& text);

/// A fair mix of rules, each on a page of its own: single events, waits, sequences, counts of
/// different items.
std::shared_ptr<const cep::rule_set> rules_of(std::uint64_t count);

struct incoming {
  event content;
  std::uint32_t user = 0;
};

/// `length` events, `per_ms` a millisecond. `per_mille` of them are of a named type and on a rule's
/// page; the others of types and pages nobody names.
std::vector<incoming> stream_of(std::uint64_t rules, std::uint64_t per_mille, std::size_t length,
                                std::uint32_t users, std::uint64_t per_ms = 1);

}  // namespace beckon::bench
