// The summary of a backtest: for people as tables, for programs as JSON.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "engine/cep/replay.hpp"
#include "topology/backtest/sends.hpp"

namespace beckon::topology {

std::string report_text(const backtest_figures& figures, const cep::replay_counts& counts);
nlohmann::json report_json(const backtest_figures& figures, const cep::replay_counts& counts);

}  // namespace beckon::topology
