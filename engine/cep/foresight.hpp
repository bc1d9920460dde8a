// What an input will need that is known before its turn is fetched into the cache meanwhile: a
// subject that was away for long lies in memory that judging would wait for at every step down.
#pragma once

#include <cstddef>

#include "engine/access/event.hpp"
#include "engine/base/time.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// Fetches an object and what the allocator keeps before it, but not what it points to.
void fetch(const void* at, std::size_t size) noexcept;

/// How deep a subject's state lies: where one level lies, the level above says.
inline constexpr std::size_t state_levels = 4;

/// An input that comes soon: what the clock will be at least, and of what type it is.
struct foreseen {
  timestamp clock = beginning;
  event_type_id type{};
};

/// Fetches one level, the first is 0; the level above should have come by now. Of the rules those
/// that have something due or that the type concerns; of many keys those due. Changes nothing.
void fetch(const subject_state& state, std::size_t level, const foreseen& input) noexcept;

}  // namespace beckon::cep
