#include "actors/predicate/predicates.hpp"

#include "actors/predicate/ask_desk.hpp"
#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"

namespace beckon::actors {

/// From the station to a filter's actor; a crash before the ask is on the desk is answered.
struct guarded_ask {
  predicate_ask what;
  partition_actor reply_to;
  token alive;
};

}  // namespace beckon::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(beckon::actors::guarded_ask)

namespace beckon::actors {
namespace {

using predicate_actor = caf::typed_actor<caf::reacts_to<guarded_ask>>;
using predicates_station = predicates_actor::extend<caf::reacts_to<restart_child>>;

struct predicate_state {
  predicate_state() = default;
  std::string id;
  const surroundings* around = nullptr;
  std::shared_ptr<ask_desk> desk;
};

predicate_actor::behavior_type predicate(predicate_actor::stateful_pointer<predicate_state> self,
                                         caf::actor_addr parent, std::string id,
                                         const surroundings* around,
                                         std::shared_ptr<ask_desk> desk) {
  static_assert(proper_state<predicate_state>);
  install_defaults(self, parent);
  self->state.id = std::move(id);
  self->state.around = around;
  self->state.desk = std::move(desk);
  return {[self](const guarded_ask& a) {
    auto& s = self->state;
    guarded(a.alive, "predicate " + s.id, [&] {
      s.around->reach("predicate", s.id, std::to_string(a.what.name.number));
      s.desk->ask(a.what, a.reply_to);
      a.alive->confirm();
    });
  }};
}

struct predicates_state {
  predicates_state() = default;
  surroundings around;
  std::map<std::string, std::shared_ptr<ask_desk>> desks;
  std::optional<children<predicate_actor>> all;
};

/// Its last copy gone unconfirmed: the filter's actor failed, or is off.
token answer_when_dropped(const predicate_ask& a, const partition_actor& reply_to) {
  return std::make_shared<work_token>(
      [answer = failed_answer(a, outreach::no_answer::down), reply_to](const drop_note&) {
        caf::anon_send(reply_to, answer);
      });
}

predicates_station::behavior_type predicates(
    predicates_station::stateful_pointer<predicates_state> self, surroundings around,
    predicate_ways ways, restart_limits limits) {
  static_assert(proper_state<predicates_state>);
  install_defaults(self);
  auto& s = self->state;
  s.around = around;
  supervise(self, s.all, around, "predicate", limits, [self](const std::string& id) {
    return self->template spawn<caf::linked + caf::monitored>(
        predicate, self->address(), id, &self->state.around, self->state.desks.at(id));
  });
  for (auto& [id, way] : ways) {
    s.desks.emplace(id, std::make_shared<ask_desk>(id, std::move(way), around));
    s.all->add(id);
  }
  return {
      [self](const predicate_ask& a, const partition_actor& reply_to) {
        const guarded_ask asked{a, reply_to, answer_when_dropped(a, reply_to)};
        self->state.all->with(a.under->filters[a.filter].id,
                              [self, asked](const predicate_actor& to) { self->send(to, asked); });
      },
      [self](const restart_child& r) { self->state.all->restart(r.id); },
  };
}

}  // namespace

predicates_actor spawn_predicates(caf::actor_system& system, const surroundings& around,
                                  predicate_ways ways, restart_limits limits) {
  return system.spawn(predicates, around, std::move(ways), limits);
}

}  // namespace beckon::actors
