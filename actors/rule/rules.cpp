#include "actors/rule/rules.hpp"

#include <map>
#include <set>

#include "actors/runtime/actor_base.hpp"
#include "actors/supervision/supervise.hpp"
#include "engine/plan/decide.hpp"

namespace beckon::actors {
namespace {

using rule_actor = caf::typed_actor<caf::reacts_to<route_batch, partition_actor>>;
using rules_station = rules_actor::extend<caf::reacts_to<restart_child>>;

constexpr std::size_t subjects_to_disable = 3;

struct rule_state {
  rule_state() = default;
  std::string id;
  const surroundings* around = nullptr;
  port::counter* fired = nullptr;
};

routed_batch route_all(const rule_state& s, const route_batch& b) {
  routed_batch out{b.incarnation, b.batch, {}, {}, b.alive};
  for (const auto& item : b.items) {
    s.around->reach("rule", s.id, item.what->who.id);
    out.handled.push_back(item.number);
    for (const auto& c : candidates_of(*b.under, *item.what)) {
      out.routes.push_back({item.number, c.action, c.verdict});
    }
  }
  return out;
}

rule_actor::behavior_type rule(rule_actor::stateful_pointer<rule_state> self,
                               caf::actor_addr parent, std::string id, const surroundings* around) {
  static_assert(proper_state<rule_state>);
  install_defaults(self, parent);
  self->state.id = id;
  self->state.around = around;
  self->state.fired = &around->metrics->make_counter("beckon_rule_firings_total",
                                                     "Firings routed, by rule", {{"rule", id}});
  return {[self](const route_batch& b, const partition_actor& reply_to) {
    auto& s = self->state;
    guarded(b.alive, "rule " + s.id, [&] {
      self->send(reply_to, route_all(s, b));
      s.fired->add(b.items.size());
    });
  }};
}

struct rules_state {
  rules_state() = default;
  surroundings around;
  plan_board* plans = nullptr;
  std::optional<children<rule_actor>> all;
  std::map<std::string, std::set<std::string>>
      failed_subjects;  // at most subjects_to_disable each matter
};

/// The plan without a rule: what "off until restart" means for everyone who judges.
void take_out(rules_state& s, const std::string& rule) {
  const auto now = s.plans->current();
  auto left = now->rules->without(rule);
  if (left->rules().size() == now->rules->rules().size()) return;
  auto next = std::make_shared<plan>(*now);
  next->rules = std::move(left);
  s.plans->publish(std::move(next));
  s.around.board->set("rule " + rule, false, "off until restart");
  s.around.log->write(port::log_level::error, "rules", "a rule is off until restart",
                      {{"rule", rule}});
}

template <class Self>
void begin(Self* self, const surroundings& around, plan_board* plans, restart_limits limits) {
  auto& s = self->state;
  s.around = around;
  s.plans = plans;
  const auto start = [self](const std::string& id) {
    return self->template spawn<caf::linked + caf::monitored>(rule, self->address(), id,
                                                              &self->state.around);
  };
  const auto off = [self](const child_failure& f) { take_out(self->state, f.id); };
  supervise(self, s.all, around, "rule", limits, start, off);
  for (const auto& r : plans->current()->rules->rules()) s.all->add(r->name);
}

rules_station::behavior_type rules(rules_station::stateful_pointer<rules_state> self,
                                   surroundings around, plan_board* plans, restart_limits limits) {
  static_assert(proper_state<rules_state>);
  install_defaults(self);
  begin(self, around, plans, limits);
  return {
      [self](route_batch& b, const partition_actor& reply_to) {
        const auto rule = b.items.front().what->rule;
        const auto shared = std::make_shared<route_batch>(std::move(b));
        const auto give = [self, shared, reply_to](const rule_actor& to) {
          self->send(to, *shared, reply_to);
        };
        if (self->state.all->with(rule, give)) return;
        routed_batch none{shared->incarnation, shared->batch, {}, {}, shared->alive};
        for (const auto& item : shared->items) none.handled.push_back(item.number);
        self->send(reply_to, std::move(none));
      },
      [self](const std::string& rule, const std::string& subject_id) {
        auto& s = self->state;
        auto& failed = s.failed_subjects[rule];
        if (failed.insert(subject_id).second && failed.size() == subjects_to_disable)
          take_out(s, rule);
      },
      [self](const restart_child& r) { self->state.all->restart(r.id); },
  };
}

}  // namespace

rules_actor spawn_rules(caf::actor_system& system, const surroundings& around, plan_board& plans,
                        restart_limits limits) {
  return system.spawn(rules, around, &plans, limits);
}

}  // namespace beckon::actors
