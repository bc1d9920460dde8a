#include "actors/source/sources.hpp"

#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"

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

source_parts& common_of(any_source& source) {
  if (auto* http = std::get_if<source_parts>(&source)) return *http;
  if (auto* logged = std::get_if<logged_source_parts>(&source)) return logged->common;
  return std::get<nats_source_parts>(source).common;
}

namespace {

using sources_station = sources_actor::extend<caf::reacts_to<restart_child>>;

struct sources_state {
  sources_state() = default;
  std::map<std::string, any_source> all;
  std::optional<children<source_actor>> doors;
  bool draining = false;
};

/// A door that comes back while the node drains has its end to say all the same.
template <class Self>
source_actor begin_door(Self* self, door_book& book, const std::string& id) {
  source_actor door;
  const auto& parts = self->state.all.at(id);
  if (const auto* http = std::get_if<source_parts>(&parts)) {
    door = self->template spawn<caf::linked + caf::monitored>(http_source, self->address(), *http);
  } else if (const auto* logging = std::get_if<logged_source_parts>(&parts)) {
    door = self->template spawn<caf::linked + caf::monitored + caf::detached>(
        logged_source, self->address(), *logging);
  } else {
    door = self->template spawn<caf::linked + caf::monitored + caf::detached>(
        nats_source, self->address(), std::get<nats_source_parts>(parts));
  }
  book.set(id, door);
  if (self->state.draining) self->send(door, drain{});
  return door;
}

sources_station::behavior_type sources(sources_station::stateful_pointer<sources_state> self,
                                       surroundings around, std::vector<any_source> all,
                                       std::shared_ptr<door_book> book, restart_limits limits,
                                       std::function<void(give_up)> escalate) {
  static_assert(proper_state<sources_state>);
  install_defaults(self);
  auto& s = self->state;
  const auto start = [self, book](const std::string& id) { return begin_door(self, *book, id); };
  supervise(self, s.doors, around, "source", limits, start, escalating("source", escalate));
  for (auto& one : all) {
    const auto id = common_of(one).id;
    if (auto* logging = std::get_if<logged_source_parts>(&one)) logging->escalate = escalate;
    s.all.emplace(id, std::move(one));
  }
  for (const auto& [id, parts] : s.all) s.doors->add(id);
  return {
      [self](const node_tick& t) {
        self->state.doors->each([&](const auto&, const auto& door) { self->send(door, t); });
      },
      [self](const drain& d) {
        self->state.draining = true;
        self->state.doors->each([&](const auto&, const auto& door) { self->send(door, d); });
      },
      [self](const restart_child& r) { self->state.doors->restart(r.id); },
  };
}

}  // namespace

sources_actor spawn_sources(caf::actor_system& system, const surroundings& around,
                            std::vector<any_source> all, std::shared_ptr<door_book> book,
                            restart_limits limits, std::function<void(give_up)> escalate) {
  return system.spawn(sources, around, std::move(all), std::move(book), limits,
                      std::move(escalate));
}

}  // namespace beckon::actors
