#include "engine/plan/telling.hpp"

#include "engine/cep/derived_event.hpp"

namespace beckon {

bool reaches_somebody(const plan& p, const language::checked_rule& rule) noexcept {
  const auto type = p.events->type(rule.name);
  return type && (p.rules->names(*type) || p.actions_of_rule.contains(rule.name));
}

std::shared_ptr<const language::checked_rule> decided_for_each(const plan& p, event_type_id type) {
  const event_declaration& declared = p.events->declaration(type);
  if (!declared.derived || !p.actions_of_rule.contains(declared.name)) return nullptr;
  return cep::teller_named(*p.rules, declared.name);
}

}  // namespace beckon
