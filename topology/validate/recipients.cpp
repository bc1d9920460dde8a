#include "topology/validate/recipients.hpp"

#include <algorithm>

namespace beckon::topology {
namespace {

/// The kind of whom the rule's firings are told.
std::string_view told_by(const language::checked_rule& rule, const catalogue& events) {
  const relation_declaration* relation =
      rule.to_each.empty() ? nullptr : events.relation(rule.to_each);
  return relation == nullptr ? rule.subject_kind : relation->member_kind;
}

}  // namespace

void validate_recipients(const std::vector<action_part>& actions,
                         const std::vector<std::shared_ptr<const language::checked_rule>>& rules,
                         const catalogue& events, problems& out) {
  for (const action_part& a : actions) {
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const auto& r) { return r->name == a.content.rule; });
    if (rule == rules.end()) continue;
    const std::string kind(told_by(**rule, events));
    if (kind == "user") continue;
    const settings* place = a.where.find("rule");
    out.push_back((place == nullptr ? a.where : *place)
                      .at("rule '" + a.content.rule + "' fires for one " + kind +
                              ", and messages go to users",
                          "let the rule tell users: TO EACH relation"));
  }
}

}  // namespace beckon::topology
