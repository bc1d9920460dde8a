#include "engine/cep/recorded_past.hpp"

#include <variant>

namespace beckon::cep {

recorded_past note_past(const known_past& stored, const rule_set& rules, timestamp now) {
  recorded_past made;
  for (const auto& rule : rules.rules()) {
    for (const language::clause& c : rule->clauses) {
      const auto* step = std::get_if<language::step>(&c);
      if (step == nullptr) continue;
      for (const language::look_back& l : step->look_backs) {
        const std::uint64_t name = past_name(rule->name, l);
        const auto before = stored.find(name);
        const timestamp since = before == stored.end() ? now : before->second;
        made.known.emplace(name, since);
        if (saturating_add(now, -l.length) < since)
          made.too_short.push_back({rule->name, l.length, since});
      }
    }
  }
  made.changed = made.known != stored;
  return made;
}

}  // namespace beckon::cep
