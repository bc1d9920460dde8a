// How much memory a subject's state takes: what sessions are bounded by.
#pragma once

#include <cstddef>

#include "engine/cep/reorder_buffer.hpp"
#include "engine/cep/step.hpp"

namespace beckon::cep {

/// Beside the state itself, in bytes, about. Costs what going through the state costs.
std::size_t footprint(const subject_state& s) noexcept;
std::size_t footprint(const held_event& e) noexcept;

}  // namespace beckon::cep
