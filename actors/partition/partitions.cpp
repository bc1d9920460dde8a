#include "actors/partition/partitions.hpp"

#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {
namespace {

using partitions_station = partitions_actor::extend<caf::reacts_to<restart_child>>;

struct partitions_state {
  partitions_state() = default;
  std::map<std::string, partition_parts> all;
  std::optional<children<partition_actor>> alive;
};

template <class Self, class Message>
void pass_on(Self* self, const Message& m) {
  self->state.alive->each([&](const std::string&, const partition_actor& p) { self->send(p, m); });
}

partitions_station::behavior_type partitions(partitions_station::stateful_pointer<partitions_state> self,
                                             surroundings around, std::vector<partition_parts> all,
                                             restart_limits limits, std::function<void(give_up)> escalate) {
  static_assert(proper_state<partitions_state>);
  install_defaults(self);
  auto& s = self->state;
  const auto report = report_failures(around, "partition");
  s.alive.emplace(
      limits, *around.clock,
      [self](const std::string& id) {
        auto& parts = self->state.all.at(id);
        ++parts.incarnation;
        return self->template spawn<caf::linked + caf::monitored>(partition, self->address(), parts);
      },
      [report, escalate](const child_failure& f) {
        report(f);
        if (f.over_budget) escalate({"partition " + f.id, f.reason});
      });
  for (auto& p : all) {
    p.incarnation = 0;
    p.order_at_start = std::make_shared<std::optional<std::uint64_t>>();
    const auto id = std::to_string(p.number);
    s.all.emplace(id, std::move(p));
    s.alive->add(id);
  }
  self->set_down_handler([self](caf::down_msg& m) {
    self->state.alive->down(m, [self](duration wait, restart_child r) { self->delayed_send(self, wait, std::move(r)); });
  });
  return {
      [self](const node_tick& t) { pass_on(self, t); },
      [self](const door_tick& t) { pass_on(self, t); },
      [self](const drain& d) { pass_on(self, d); },
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
