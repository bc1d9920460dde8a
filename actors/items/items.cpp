#include "actors/items/items.hpp"

#include "actors/items/follower.hpp"
#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"

namespace beckon::actors {
namespace {

struct items_state {
  items_state() = default;
  items_parts parts;
  std::optional<children<item_follower_actor>> all;
};

items_actor::behavior_type items(items_actor::stateful_pointer<items_state> self, items_parts parts,
                                 restart_limits limits) {
  static_assert(proper_state<items_state>);
  install_defaults(self);
  auto& s = self->state;
  s.parts = std::move(parts);
  const auto start = [self](const std::string&) {
    return self->template spawn<caf::linked + caf::monitored + caf::detached>(
        item_follower, self->address(), self->state.parts);
  };
  supervise(self, s.all, s.parts.around, "items", limits, start,
            escalating("items", s.parts.escalate));
  s.all->add("follower");
  return {[self](const restart_child& r) { self->state.all->restart(r.id); }};
}

}  // namespace

items_actor spawn_items(caf::actor_system& system, items_parts parts, restart_limits limits) {
  return system.spawn(items, std::move(parts), limits);
}

}  // namespace beckon::actors
