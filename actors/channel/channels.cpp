#include "actors/channel/channels.hpp"

#include "actors/channel/desk.hpp"
#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"

namespace beckon::actors {
namespace {

using channel_actor = caf::typed_actor<caf::reacts_to<attempt_request, outbox_actor>>;
using channels_station = channels_actor::extend<caf::reacts_to<restart_child>>;

struct channel_state {
  channel_state() = default;
  std::string id;
  const surroundings* around = nullptr;
  std::shared_ptr<channel_desk> desk;
};

channel_actor::behavior_type channel(channel_actor::stateful_pointer<channel_state> self,
                                     caf::actor_addr parent, std::string id,
                                     const surroundings* around,
                                     std::shared_ptr<channel_desk> desk) {
  static_assert(proper_state<channel_state>);
  install_defaults(self, parent);
  self->state.id = std::move(id);
  self->state.around = around;
  self->state.desk = std::move(desk);
  return {[self](const attempt_request& r, const outbox_actor& reply_to) {
    auto& s = self->state;
    guarded(r.alive, "channel " + s.id, [&] {
      s.around->reach("channel", s.id, r.what.who.id);
      s.desk->attempt(r, reply_to);
      r.alive->confirm();
    });
  }};
}

struct channels_state {
  channels_state() = default;
  surroundings around;
  std::map<std::string, std::shared_ptr<channel_desk>> desks;
  std::optional<children<channel_actor>> all;
};

void answer_down(const attempt_request& r, const outbox_actor& reply_to) {
  r.alive->confirm();
  caf::anon_send(reply_to, attempt_done{r.what.channel,
                                        r.order,
                                        r.what.id,
                                        r.what.attempt,
                                        {port::delivery_outcome::busy, "channel_down", {}}});
}

channels_station::behavior_type channels(channels_station::stateful_pointer<channels_state> self,
                                         surroundings around, channel_ways out,
                                         restart_limits limits) {
  static_assert(proper_state<channels_state>);
  install_defaults(self);
  auto& s = self->state;
  s.around = around;
  supervise(self, s.all, around, "channel", limits, [self](const std::string& id) {
    return self->template spawn<caf::linked + caf::monitored>(
        channel, self->address(), id, &self->state.around, self->state.desks.at(id));
  });
  for (auto& [id, way] : out) {
    s.desks.emplace(id, std::make_shared<channel_desk>(id, std::move(way), around));
    s.all->add(id);
  }
  return {
      [self](const attempt_request& r, const outbox_actor& reply_to) {
        const auto give = [self, r, reply_to](const channel_actor& to) {
          self->send(to, r, reply_to);
        };
        if (!self->state.all->with(r.what.channel, give)) answer_down(r, reply_to);
      },
      [self](const std::string& id, const attempts_committed& done) {
        const auto desk = self->state.desks.find(id);
        if (desk != self->state.desks.end()) desk->second->forget(done);
      },
      [self](const restart_child& r) { self->state.all->restart(r.id); },
  };
}

}  // namespace

channels_actor spawn_channels(caf::actor_system& system, const surroundings& around,
                              channel_ways out, restart_limits limits) {
  return system.spawn(channels, around, std::move(out), limits);
}

}  // namespace beckon::actors
