// What `beckon rule warm` says at the end.
#pragma once

#include <vector>

#include "engine/cep/past_cover.hpp"
#include "topology/commands/console.hpp"
#include "topology/recorded/input.hpp"
#include "topology/warm/past_writer.hpp"

namespace beckon::topology {

struct warming_outcome {
  std::uint64_t rows = 0;
  const refusals& refused;
  past_figures figures;
  std::vector<cep::covered_look_back> look_backs;
};

/// Figures, a line per look-back, and what is missing where one does not reach back; the exit code.
int report_warming(const warming_outcome& what, const console& to);

}  // namespace beckon::topology
