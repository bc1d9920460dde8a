#include "topology/validate/rule_settings.hpp"

#include <algorithm>

namespace beckon::topology {

void validate_rule_settings(const settings& root, const std::vector<std::string>& rules,
                            problems& out) {
  const settings* section = root.find("rules");
  const settings* named = section == nullptr ? nullptr : section->find("on_change_of");
  if (named == nullptr) return;
  for (const settings::member& m : named->members) {
    if (std::find(rules.begin(), rules.end(), m.key) != rules.end()) continue;
    const std::string near = nearest(m.key, rules);
    out.push_back({named->file, m.line, m.column, "there is no rule '" + m.key + "'",
                   near.empty() ? "" : "did you mean '" + near + "'?"});
  }
}

}  // namespace beckon::topology
