// What every supervisor sets up: its children, what is said and done when one fails, and their
// restart. Its behaviour adds `reacts_to<restart_child>`, which calls `children::restart`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <caf/all.hpp>

#include "actors/supervision/children.hpp"
#include "actors/supervision/watch.hpp"
#include "messages/actor/life.hpp"

namespace beckon::actors {

/// Makes `all` in the state of `self`: children of one kind ("rule", "filter", …) that `start`
/// spawns, monitored. Failures are reported; `over_budget`, where given, decides what else a child
/// that is off for good costs.
template <class Self, class Handle>
void supervise(Self* self, std::optional<children<Handle>>& all, const surroundings& around,
               std::string kind, restart_limits limits, typename children<Handle>::starter start,
               typename children<Handle>::observer over_budget = {}) {
  all.emplace(limits, *around.clock, std::move(start),
              [report = report_failures(around, std::move(kind)),
               decide = std::move(over_budget)](const child_failure& f) {
                report(f);
                if (f.over_budget && decide) decide(f);
              });
  self->set_down_handler([self, &all](caf::down_msg& m) {
    all->down(m, [self](duration wait, restart_child r) {
      self->delayed_send(self, wait, std::move(r));
    });
  });
}

/// For `supervise`: a child over its budget is something only a new process can mend.
inline std::function<void(const child_failure&)> escalating(std::string kind,
                                                            std::function<void(give_up)> escalate) {
  return [kind = std::move(kind), tell = std::move(escalate)](const child_failure& f) {
    tell({kind + " " + f.id, f.reason});
  };
}

}  // namespace beckon::actors
