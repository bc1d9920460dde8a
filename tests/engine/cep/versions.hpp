// Versions of one rule, and who of them judged.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {

using rule_ptr = std::shared_ptr<const language::checked_rule>;

inline former_version replaced(const rule_ptr& rule, fate what) {
  return {rule->name, rule->version, what, what == fate::drain ? rule : nullptr, {}};
}

inline std::shared_ptr<const rule_set> changed(const rule_ptr& to,
                                               std::vector<former_version> former) {
  return rule_set::build(small_catalogue(), {to}, {}, std::move(former));
}

/// "version@second", numbered as given, of everything matched; "!" where withheld.
inline std::string judged_by(const one_subject& u, const std::vector<rule_ptr>& versions) {
  std::string out;
  for (const match& m : u.matches) {
    const auto at = std::find(versions.begin(), versions.end(), m.rule);
    out += (out.empty() ? "" : " ") + std::to_string(at - versions.begin()) + "@" +
           std::to_string(to_ms(m.time) / 1000) + (m.why == withheld::no ? "" : "!");
  }
  return out;
}

inline constexpr const char* thirty =
    "RULE r WHEN a AS o THEN b WITHIN 60 s BUT NOT c FOR 30 s FIRE EVERY TIME RETURN o.v AS v";
inline constexpr const char* ten =
    "RULE r WHEN a AS o THEN b WITHIN 60 s BUT NOT c FOR 10 s FIRE EVERY TIME RETURN o.x AS x";

}  // namespace beckon::cep::testing
