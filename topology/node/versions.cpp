#include "topology/node/parts.hpp"
#include "topology/rule_versions.hpp"

namespace beckon::topology {

/// Partial matches of texts that were replaced meet their fate.
result<void> node::parts::recall_versions() {
  auto noted =
      recall_rule_versions(config.deployment, *config.plan->rules, config.names, clock.now());
  if (!noted) return noted.error();
  for (const rule_change& c : noted->changes)
    log.write(port::log_level::info, "rules", "a rule has changed",
              {{"rule", c.rule},
               {"from", c.from},
               {"to", c.to},
               {"on_change", std::string(cep::to_string(c.what))}});
  for (const version_trouble& t : noted->troubles)
    log.write(port::log_level::warning, "rules", t.why, {{"rule", t.rule}, {"version", t.version}});
  auto next = std::make_shared<plan>(*config.plan);
  next->rules = config.plan->rules->with_former(std::move(noted->former));
  config.plan = next;
  plans.publish(std::move(next));
  return {};
}

}  // namespace beckon::topology
