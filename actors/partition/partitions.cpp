#include "actors/partition/partitions.hpp"

#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"

namespace beckon::actors {
namespace {

using partitions_station = partitions_actor::extend<caf::reacts_to<restart_child>>;

struct partitions_state {
  partitions_state() = default;
  std::map<std::string, partition_parts> all;
  std::optional<children<partition_actor>> alive;
  bool draining = false;
};

template <class Self, class Message>
void pass_on(Self* self, const Message& m) {
  self->state.alive->each([&](const std::string&, const partition_actor& p) { self->send(p, m); });
}

/// The next incarnation; while the node drains it is told so before anything else.
template <class Self>
partition_actor begin_incarnation(Self* self, const std::string& id) {
  auto& parts = self->state.all.at(id);
  ++parts.incarnation;
  const auto p =
      self->template spawn<caf::linked + caf::monitored>(partition, self->address(), parts);
  if (self->state.draining) self->send(p, drain{});
  return p;
}

partitions_station::behavior_type partitions(
    partitions_station::stateful_pointer<partitions_state> self, surroundings around,
    std::vector<partition_parts> all, restart_limits limits,
    std::function<void(give_up)> escalate) {
  static_assert(proper_state<partitions_state>);
  install_defaults(self);
  auto& s = self->state;
  const auto start = [self](const std::string& id) { return begin_incarnation(self, id); };
  supervise(self, s.alive, around, "partition", limits, start,
            escalating("partition", std::move(escalate)));
  for (auto& p : all) {
    p.incarnation = 0;
    p.order_at_start = std::make_shared<std::optional<std::uint64_t>>();
    const auto id = std::to_string(p.number);
    s.all.emplace(id, std::move(p));
    s.alive->add(id);
  }
  return {
      [self](const node_tick& t) { pass_on(self, t); },
      [self](const door_tick& t) { pass_on(self, t); },
      [self](const redrive_request& r) {
        self->state.alive->with(std::to_string(r.partition), [self, r](const partition_actor& p) {
          self->send(p, r);
        });
      },
      [self](const drain& d) {
        self->state.draining = true;
        pass_on(self, d);
      },
      [self](const restart_child& r) { self->state.alive->restart(r.id); },
  };
}

}  // namespace

partitions_actor spawn_partitions(caf::actor_system& system, const surroundings& around,
                                  std::vector<partition_parts> all, restart_limits limits,
                                  std::function<void(give_up)> escalate) {
  return system.spawn(partitions, around, std::move(all), limits, std::move(escalate));
}

}  // namespace beckon::actors
