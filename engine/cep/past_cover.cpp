#include "engine/cep/past_cover.hpp"

#include <algorithm>
#include <variant>

#include "engine/cep/rule_index.hpp"

namespace beckon::cep {
namespace {

std::vector<std::string> missing_in(const past_cover& covered, const language::event_pattern& p,
                                    const rule_set::implementation& rules) {
  std::vector<std::string> missing;
  if (covered.all_types) return missing;
  const auto note = [&](event_type_id type) {
    if (!covered.types.contains(type)) missing.emplace_back(rules.events->name(type));
  };
  for (const event_type_id type : p.types) note(type);
  for (std::size_t i = 0; p.any && i < rules.ordinary.size(); ++i) {
    if (rules.ordinary[i]) note(static_cast<event_type_id>(i));
  }
  return missing;
}

covered_look_back cover(const std::string& rule, const language::look_back& l,
                        const known_past& stored, const rule_set& rules, const past_cover& covered,
                        timestamp not_yet) {
  covered_look_back made;
  made.rule = rule;
  made.length = l.length;
  const auto before = stored.find(past_name(rule, l));
  made.noted = before != stored.end();
  made.recorded = made.since = made.noted ? before->second : not_yet;
  made.missing_types = missing_in(covered, l.pattern, rules.inside());
  if (covered.to < made.recorded) {
    made.gap = covered.to == beginning ? duration::max() : made.recorded - covered.to;
  } else if (made.missing_types.empty()) {
    made.since = std::min(made.recorded, covered.from);
  }
  return made;
}

}  // namespace

covered_past cover_past(const known_past& stored, const rule_set& rules, const past_cover& covered,
                        timestamp not_yet) {
  covered_past made;
  made.known = stored;
  for (const auto& rule : rules.rules()) {
    for (const language::clause& c : rule->clauses) {
      const auto* step = std::get_if<language::step>(&c);
      if (step == nullptr) continue;
      for (const language::look_back& l : step->look_backs) {
        covered_look_back one = cover(rule->name, l, stored, rules, covered, not_yet);
        if (one.since < one.recorded) made.known[past_name(rule->name, l)] = one.since;
        made.look_backs.push_back(std::move(one));
      }
    }
  }
  made.changed = made.known != stored;
  return made;
}

}  // namespace beckon::cep
