#include "actors/outbox/outbox.hpp"

#include <deque>
#include <map>
#include <random>

#include "actors/runtime/actor_base.hpp"
#include "actors/runtime/outcome.hpp"

namespace beckon::actors {
namespace {

struct outbox_state {
  outbox_state() = default;

  using attempt_key = std::pair<hash128, std::uint32_t>;

  outbox_parts parts;
  delivery::outbox entries;
  std::map<std::string, std::size_t, std::less<>> in_flight;  // by channel
  std::map<attempt_key, std::string> running;                 // attempts handed over
  std::deque<delivery::outbox_entry_ptr>
      suspects;                        // lost with a channel actor: offered one at a time
  std::optional<attempt_key> suspect;  // the one offered alone
  std::mt19937_64 random;
  port::histogram* latency = nullptr;
  port::counter* attempts = nullptr;
  bool draining = false;
  bool drained_said = false;
  entries_settled settled;  // collected for one message
};

template <class Self>
void hand_over(Self* self, const delivery::outbox_entry_ptr& e) {
  auto& s = self->state;
  s.parts.around.reach("outbox", e->channel, e->who.id);
  ++s.in_flight[e->channel];
  s.running[{e->delivery, e->attempt}] = e->channel;
  s.attempts->add();
  attempt_request r;
  r.what = {e->delivery, e->occurrence, e->attempt,      e->who,  e->rule, e->action,
            e->channel,  e->address,    e->content_type, e->body, e->fired};
  r.order = e->order;
  const auto me = caf::actor_cast<outbox_actor>(self);
  r.alive = std::make_shared<work_token>(
      [me, lost = attempt_dropped{e->channel, e->order, e->delivery, e->attempt, {}}](
          drop_note note) mutable {
        lost.note = std::move(note);
        caf::anon_send(me, std::move(lost));
      });
  self->send(s.parts.channels, std::move(r), me);
}

template <class Self>
void offer_suspect(Self* self) {
  auto& s = self->state;
  if (s.suspect || s.suspects.empty()) return;
  const auto e = s.suspects.front();
  s.suspects.pop_front();
  s.suspect = {e->delivery, e->attempt};
  hand_over(self, e);
}

template <class Self>
void send_settled(Self* self) {
  auto& s = self->state;
  if (s.settled.what.empty() && s.settled.poison.empty()) return;
  s.settled.incarnation = s.parts.incarnation;
  self->send(s.parts.owner, std::exchange(s.settled, {}));
}

template <class Self>
void offer(Self* self) {
  auto& s = self->state;
  const auto now = s.parts.around.clock->now();
  if (!s.draining) {
    for (auto& dead : s.entries.expire(now)) s.settled.what.push_back(std::move(dead));
    const auto plan = s.parts.plans->current();
    std::vector<delivery::channel_credit> credits;
    for (const auto& c : plan->channels) {
      const std::size_t share = std::max<std::size_t>(1, c.concurrency / s.parts.partitions);
      const std::size_t used = s.in_flight[c.id];
      if (used < share) credits.push_back({c.id, share - used});
    }
    auto offers = s.entries.next(now, credits);
    for (auto& a : offers.announce) s.settled.what.push_back(std::move(a));
    for (const auto& e : offers.start) hand_over(self, e);
    offer_suspect(self);
  }
  send_settled(self);
  if (s.draining && s.running.empty() && !std::exchange(s.drained_said, true)) {
    self->send(s.parts.owner, drained{"outbox"});
  }
}

template <class State>
void let_go(State& s, const std::string& channel, const typename State::attempt_key& key) {
  if (s.running.erase(key) > 0) --s.in_flight[channel];
  if (s.suspect == key) s.suspect.reset();
}

template <class State>
void settle(State& s, const attempt_done& d) {
  if (d.held_until) {
    auto taken_back = s.entries.hold_back(d.delivery, d.attempt, *d.held_until);
    if (taken_back) s.settled.what.push_back(std::move(*taken_back));
    return;
  }
  const auto plan = s.parts.plans->current();
  const auto* channel = find_channel(*plan, d.channel);
  const auto now = s.parts.around.clock->now();
  const double random = std::uniform_real_distribution<double>(0, 1)(s.random);
  auto settled =
      s.entries.apply({d.delivery, d.attempt, answer_of(d.result.outcome), d.result.retry_after},
                      channel ? channel->retry : delivery::retry_policy{}, now, random);
  if (!settled) return;
  if (settled->delivered && settled->entry.arrival != beginning) {
    s.latency->observe(std::chrono::duration<double>(now - settled->entry.arrival).count());
  }
  s.settled.what.push_back(std::move(*settled));
}

/// An attempt went down with its channel actor, before it began.
template <class State>
void lost(State& s, const attempt_dropped& d) {
  const auto e = s.entries.find(d.delivery);
  if (!e || e->attempt != d.attempt) return;
  if (s.suspect != typename State::attempt_key{d.delivery, d.attempt} || d.note.actor.empty()) {
    s.suspects.push_back(e);
    return;
  }
  auto dead = s.entries.apply({d.delivery, d.attempt, delivery::answer::refused, {}}, {},
                              s.parts.around.clock->now(), 0);
  if (dead) s.settled.poison.emplace_back(std::move(*dead), d.note);
}

outbox_actor::behavior_type outbox(outbox_actor::stateful_pointer<outbox_state> self,
                                   outbox_parts parts) {
  static_assert(proper_state<outbox_state>);
  install_defaults(self, parts.owner.address());
  auto& s = self->state;
  s.parts = std::move(parts);
  s.random.seed(s.parts.incarnation * 1'000'003 + self->id());
  s.latency = &s.parts.around.metrics->make_histogram(
      "beckon_event_to_channel_seconds",
      "From the completing event's arrival to the provider's answer");
  s.attempts = &s.parts.around.metrics->make_counter("beckon_delivery_attempts_total",
                                                     "Attempts handed to channels");
  return {
      [self](release_entries& r) {
        auto& st = self->state;
        for (auto& e : r.entries) {
          if (r.recovered_since)
            st.entries.recover(std::move(e), *r.recovered_since);
          else
            st.entries.add(std::move(e));
        }
        std::map<std::string, attempts_committed> forget;
        for (auto& [channel, which] : r.settled) forget[channel].which.push_back(which);
        for (auto& [channel, which] : forget)
          self->send(st.parts.channels, channel, std::move(which));
        offer(self);
      },
      [self](const attempt_done& d) {
        let_go(self->state, d.channel, {d.delivery, d.attempt});
        settle(self->state, d);
        offer(self);
      },
      [self](const attempt_dropped& d) {
        lost(self->state, d);
        let_go(self->state, d.channel, {d.delivery, d.attempt});
        offer(self);
      },
      [self](const node_tick&) { offer(self); },
      [self](const drain&) {
        self->state.draining = true;
        offer(self);
      },
  };
}

}  // namespace

outbox_actor spawn_outbox(partition_actor::base* parent, outbox_parts parts) {
  return parent->spawn<caf::linked>(outbox, std::move(parts));
}

}  // namespace beckon::actors
