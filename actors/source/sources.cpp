#include "actors/source/sources.hpp"

#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {

void door_book::set(const std::string& source, source_actor door) {
  const std::lock_guard hold(guard_);
  doors_[source] = std::move(door);
}

source_actor door_book::find(const std::string& source) const {
  const std::lock_guard hold(guard_);
  const auto at = doors_.find(source);
  return at == doors_.end() ? source_actor{} : at->second;
}

namespace {

using sources_station = sources_actor::extend<caf::reacts_to<restart_child>>;

struct sources_state {
  sources_state() = default;
  std::map<std::string, any_source> all;
  std::optional<children<source_actor>> doors;
};

sources_station::behavior_type sources(sources_station::stateful_pointer<sources_state> self, surroundings around,
                                       std::vector<any_source> all, std::shared_ptr<door_book> book,
                                       restart_limits limits, std::function<void(give_up)> escalate) {
  static_assert(proper_state<sources_state>);
  install_defaults(self);
  auto& s = self->state;
  const auto report = report_failures(around, "source");
  s.doors.emplace(
      limits, *around.clock,
      [self, book](const std::string& id) {
        source_actor door;
        const auto& parts = self->state.all.at(id);
        if (const auto* http = std::get_if<source_parts>(&parts)) {
          door = self->template spawn<caf::linked + caf::monitored>(http_source, self->address(), *http);
        } else {
          door = self->template spawn<caf::linked + caf::monitored + caf::detached>(nats_source, self->address(),
                                                                                    std::get<nats_source_parts>(parts));
        }
        book->set(id, door);
        return door;
      },
      [report, escalate](const child_failure& f) {
        report(f);
        if (f.over_budget) escalate({"source " + f.id, f.reason});
      });
  for (auto& one : all) {
    const auto id = std::visit([](const auto& p) { 
      if constexpr (std::is_same_v<std::decay_t<decltype(p)>, source_parts>) return p.id;
      else return p.common.id;
    }, one);
    s.all.emplace(id, std::move(one));
  }
  for (const auto& [id, parts] : s.all) s.doors->add(id);
  self->set_down_handler([self](caf::down_msg& m) {
    self->state.doors->down(m, [self](duration wait, restart_child r) { self->delayed_send(self, wait, std::move(r)); });
  });
  return {
      [self](const node_tick& t) { self->state.doors->each([&](const auto&, const auto& door) { self->send(door, t); }); },
      [self](const drain&) { self->state.doors->each([&](const auto&, const auto& door) { self->send(door, drain{}); }); },
      [self](const restart_child& r) { self->state.doors->restart(r.id); },
  };
}

}  // namespace

sources_actor spawn_sources(caf::actor_system& system, const surroundings& around, std::vector<any_source> all,
                            std::shared_ptr<door_book> book, restart_limits limits,
                            std::function<void(give_up)> escalate) {
  return system.spawn(sources, around, std::move(all), std::move(book), limits, std::move(escalate));
}

}  // namespace beckon::actors
