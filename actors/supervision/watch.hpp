// What every supervisor says when a child fails: log line, restart counter, readiness.
#pragma once

#include <string>

#include "actors/supervision/children.hpp"
#include "messages/port/clock.hpp"
#include "messages/port/faults.hpp"
#include "messages/port/health.hpp"
#include "messages/port/log.hpp"
#include "messages/port/metrics.hpp"

namespace beckon::actors {

/// What stations share; all outlive the actor system. `faults` may be null.
struct surroundings {
  const port::clock* clock = nullptr;
  port::log* log = nullptr;
  port::metrics* metrics = nullptr;
  port::health_board* board = nullptr;
  port::fault_points* faults = nullptr;

  void reach(std::string_view station, std::string_view id, std::string_view what) const {
    if (faults) faults->reach(station, id, what);
  }
};

/// An observer for `children` of one kind ("rule", "filter", …).
inline std::function<void(const child_failure&)> report_failures(const surroundings& around,
                                                                 std::string kind) {
  auto* restarts = &around.metrics->make_counter(
      "beckon_restarts_total", "Actors restarted after a failure", {{"station", kind}});
  auto* off = &around.metrics->make_gauge("beckon_stations_off", "Actors over their restart budget",
                                          {{"station", kind}});
  return [=](const child_failure& f) {
    const field_list fields{
        {"id", f.id}, {"reason", f.reason}, {"wait_ms", std::int64_t{f.wait.count()}}};
    if (!f.over_budget) {
      restarts->add();
      around.log->write(port::log_level::warning, kind, "failed and is started again", fields);
      return;
    }
    off->add(1);
    around.board->set(kind + " " + f.id, false,
                      "over its restart budget, off until restart: " + f.reason);
    around.log->write(port::log_level::error, kind, "failed too often and is off until restart",
                      fields);
  };
}

}  // namespace beckon::actors
