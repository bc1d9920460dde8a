#include "actors/filter/filters.hpp"

#include <map>

#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"
#include "engine/plan/decide.hpp"

namespace beckon::actors {
namespace {

using filter_actor = caf::typed_actor<caf::reacts_to<filter_batch, partition_actor>>;
using filters_station = filters_actor::extend<caf::reacts_to<restart_child>>;

struct filter_state {
  filter_state() = default;
  std::string id;
  const surroundings* around = nullptr;
  filters_actor next;
  std::map<std::string_view, port::counter*> notes;  // by their words, which are literals
};

void count_note(filter_state& s, std::string_view note) {
  auto& counter = s.notes[note];
  if (counter == nullptr) {
    counter = &s.around->metrics->make_counter(
        "beckon_filter_notes_total", "What filters had to say beside their verdicts, by filter",
        {{"filter", s.id}, {"note", std::string(note)}});
  }
  counter->add();
}

/// Asks the filter at the batch's position about every item left.
void judge_all(filter_state& s, filter_batch& b) {
  const auto& chain = b.under->chains[b.chain];
  const auto index = chain.filters[b.position];
  std::vector<decision_item> passed;
  for (auto& item : b.items) {
    s.around->reach("filter", s.id, item.what->who.id);
    auto verdict = b.under->filters[index].judge->judge(
        {*item.what, b.under->actions[item.action], *item.known, item.now, s.id});
    if (!verdict.note.empty()) count_note(s, verdict.note);
    if (verdict.pass)
      passed.push_back(std::move(item));
    else
      b.refused.push_back({item.number, index, std::move(verdict)});
  }
  b.items = std::move(passed);
  ++b.position;
}

filter_actor::behavior_type filter(filter_actor::stateful_pointer<filter_state> self,
                                   filters_actor station, std::string id,
                                   const surroundings* around) {
  static_assert(proper_state<filter_state>);
  install_defaults(self, station.address());
  self->state.id = std::move(id);
  self->state.around = around;
  self->state.next = std::move(station);
  return {[self](filter_batch& b, const partition_actor& reply_to) {
    const auto alive = b.alive;
    guarded(alive, "filter " + self->state.id, [&] {
      judge_all(self->state, b);
      self->send(self->state.next, std::move(b), reply_to);
    });
  }};
}

struct filters_state {
  filters_state() = default;
  surroundings around;
  std::optional<children<filter_actor>> all;
};

/// The filter is off: its fail policy answers for it.
void answer_by_policy(filter_batch& b, std::size_t index) {
  const auto verdict = answer_while_down(b.under->filters[index]);
  if (!verdict.pass) {
    for (auto& item : b.items) b.refused.push_back({item.number, index, verdict});
    b.items.clear();
  }
  ++b.position;
}

template <class Self>
void pass_on(Self* self, filter_batch& b, const partition_actor& reply_to) {
  while (true) {
    const auto& chain = b.under->chains[b.chain];
    if (b.items.empty() || b.position >= chain.filters.size()) {
      self->send(reply_to, std::move(b));
      return;
    }
    const auto index = chain.filters[b.position];
    const auto shared = std::make_shared<filter_batch>(std::move(b));
    const auto give = [self, shared, reply_to](const filter_actor& to) {
      self->send(to, std::move(*shared), reply_to);
    };
    if (self->state.all->with(shared->under->filters[index].id, give)) return;
    b = std::move(*shared);
    answer_by_policy(b, index);
  }
}

filters_station::behavior_type filters(filters_station::stateful_pointer<filters_state> self,
                                       surroundings around, plan_ptr first, restart_limits limits) {
  static_assert(proper_state<filters_state>);
  install_defaults(self);
  auto& s = self->state;
  s.around = around;
  supervise(self, s.all, around, "filter", limits, [self](const std::string& id) {
    const filters_actor me = caf::actor_cast<filters_actor>(self);
    return self->template spawn<caf::linked + caf::monitored>(filter, me, id, &self->state.around);
  });
  for (const auto& f : first->filters) s.all->add(f.id);
  return {
      [self](filter_batch& b, const partition_actor& reply_to) { pass_on(self, b, reply_to); },
      [self](const restart_child& r) { self->state.all->restart(r.id); },
  };
}

}  // namespace

filters_actor spawn_filters(caf::actor_system& system, const surroundings& around, plan_ptr first,
                            restart_limits limits) {
  return system.spawn(filters, around, std::move(first), limits);
}

}  // namespace beckon::actors
