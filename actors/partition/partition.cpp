#include "actors/partition/partition.hpp"

#include "actors/partition/state.hpp"
#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {

partition_actor::behavior_type partition(partition_actor::base* self, caf::actor_addr parent,
                                         partition_parts parts) {
  install_defaults(self, parent);
  // Linked are its supervisor, outbox and derived door: without any of them it ends too, and begins anew from the
  // store.
  self->set_exit_handler([self](caf::exit_msg& m) { self->quit(m.reason); });
  const auto s = std::make_shared<partition_state>(self, std::move(parts));
  s->begin();
  return {
      [s](const commit_done& m) { s->on_committed(m); },
      [s](recover_done& m) { s->recovered(m); },
      [s](load_done& m) { s->on_loaded(m); },
      [s](scan_done& m) { s->on_scanned(m); },
      [s](queue_messages& m) { s->on_messages(m); },
      [s](const queue_empty& m) { s->on_empty(m); },
      [s](const queue_trouble& m) { s->on_trouble(m); },
      [s](const door_tick& m) { s->on_door_tick(m); },
      [s](const node_tick& m) { s->on_node_tick(m); },
      [s](judge_answer& m) { s->on_answer(m); },
      [s](const session_failed& m) { s->on_session_failed(m); },
      [s](routed_batch& m) { s->on_routed(m); },
      [s](filter_batch& m) { s->on_filtered(m); },
      [s](const batch_dropped& m) { s->on_dropped(m); },
      [s](predicate_answer& m) { s->on_predicate_answer(m); },
      [s](const derived_stored& m) { s->on_derived_stored(m); },
      [s](entries_settled& m) { s->on_settled(m); },
      [s](const tracked& m) { s->on_tracked(m); },
      [s](redrive_request& m) { s->on_redrive(m); },
      [s](const drained&) { s->on_outbox_quiet(); },
      [s](const drain&) { s->on_drain(); },
  };
}

}  // namespace beckon::actors
