// The only restart code: a supervisor's children by name, each with its budget; requests for one
// that is between two lives wait here. Used inside a supervisor's state; that actor's thread only.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/budget.hpp"
#include "messages/port/clock.hpp"

namespace beckon::actors {

/// Sent by a supervisor to itself when a child's back-off is over.
struct restart_child {
  std::string id;
};

/// What happened to a child, for log, metrics and the supervisor's own decision.
struct child_failure {
  std::string id;
  std::string reason;
  bool over_budget = false;
  duration wait{};  ///< before it is started again
};

template <class Handle>
class children {
 public:
  using starter = std::function<Handle(const std::string& id)>;
  using observer = std::function<void(const child_failure&)>;

  children(restart_limits limits, const port::clock& clock, starter start, observer failed)
      : limits_(limits), clock_(clock), start_(std::move(start)), failed_(std::move(failed)) {}

  /// Starts a child; its budget begins full.
  void add(const std::string& id) {
    auto [at, made] = by_id_.try_emplace(id, child{limits_});
    if (made) begin(at->second, id);
  }

  /// Runs `give(handle)` now, or when the child is back. False: it is off for good (or was never
  /// added).
  bool with(const std::string& id, std::function<void(const Handle&)> give) {
    auto at = by_id_.find(id);
    if (at == by_id_.end() || at->second.off) return false;
    if (at->second.up)
      give(at->second.handle);
    else
      at->second.waiting.push_back(std::move(give));
    return true;
  }

  /// To be called from the down handler. `later(wait, restart_child)` schedules the restart.
  template <class Later>
  void down(const caf::down_msg& m, Later&& later) {
    for (auto& [id, c] : by_id_) {
      if (!c.up || caf::actor_cast<caf::actor_addr>(c.handle) != m.source) continue;
      c.up = false;
      const auto wait = c.budget.failed(clock_.now());
      c.off = !wait.has_value();
      failed_({id, text_of(m.reason), c.off, wait.value_or(duration::zero())});
      if (c.off)
        c.waiting.clear();
      else if (*wait == duration::zero())
        begin(c, id);
      else
        later(*wait, restart_child{id});
      return;
    }
  }

  void restart(const std::string& id) {
    auto at = by_id_.find(id);
    if (at != by_id_.end() && !at->second.up && !at->second.off) begin(at->second, id);
  }

  template <class Visit>
  void each(Visit&& visit) const {
    for (const auto& [id, c] : by_id_) {
      if (c.up) visit(id, c.handle);
    }
  }

 private:
  struct child {
    explicit child(restart_limits l) : budget(l) {}
    Handle handle;
    restart_budget budget;
    bool up = false;
    bool off = false;
    std::vector<std::function<void(const Handle&)>> waiting;
  };

  void begin(child& c, const std::string& id) {
    c.handle = start_(id);
    c.up = true;
    for (auto& give : std::exchange(c.waiting, {})) give(c.handle);
  }

  restart_limits limits_;
  const port::clock& clock_;
  starter start_;
  observer failed_;
  std::map<std::string, child, std::less<>> by_id_;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::restart_child)
