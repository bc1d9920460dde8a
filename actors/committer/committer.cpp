#include "actors/committer/committer.hpp"

#include "actors/committer/writer.hpp"
#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"

namespace beckon::actors {
namespace {

using committer_station = committer_actor::extend<caf::reacts_to<restart_child>>;

constexpr const char* only = "writer";

struct committer_state {
  committer_state() = default;
  committer_parts parts;
  std::optional<children<writer_actor>> all;
};

/// When the writer ends without an answer: a request it failed on is failed (whether its record is
/// stored only the store knows); one that it had not begun comes back to be given to the next.
token token_for(const committer_actor& me, const std::shared_ptr<commit_request>& r,
                const partition_actor& reply_to) {
  return std::make_shared<work_token>([me, r, reply_to](drop_note why) {
    if (why.actor.empty()) {
      caf::anon_send(me, std::move(*r), reply_to);
      return;
    }
    const error failed{errc::unavailable, "the committer failed: " + why.reason, {}};
    caf::anon_send(reply_to, commit_done{r->incarnation, r->epoch, failed});
  });
}

committer_station::behavior_type committer(
    committer_station::stateful_pointer<committer_state> self, committer_parts parts,
    restart_limits limits) {
  static_assert(proper_state<committer_state>);
  install_defaults(self);
  auto& s = self->state;
  s.parts = std::move(parts);
  const auto start = [self](const std::string&) {
    return self->template spawn<caf::linked + caf::monitored + caf::detached>(
        writer, self->address(), self->state.parts);
  };
  supervise(self, s.all, s.parts.around, "committer", limits, start,
            escalating("committer", s.parts.give_up));
  s.all->add(only);
  return {
      [self](commit_request& r, const partition_actor& reply_to) {
        const auto me = caf::actor_cast<committer_actor>(self);
        const auto what = std::make_shared<commit_request>(std::move(r));
        const write_request shared{what, reply_to, token_for(me, what, reply_to)};
        const auto give = [self, shared](const writer_actor& to) { self->send(to, shared); };
        if (!self->state.all->with(only, give)) shared.alive->confirm();  // the process ends
      },
      [self](const restart_child& r) { self->state.all->restart(r.id); },
  };
}

}  // namespace

committer_actor spawn_committer(caf::actor_system& system, committer_parts parts,
                                restart_limits limits) {
  return system.spawn(committer, std::move(parts), limits);
}

}  // namespace beckon::actors
