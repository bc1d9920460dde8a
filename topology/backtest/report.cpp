#include "topology/backtest/report.hpp"

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"

namespace beckon::topology {
namespace {

using adapters::column_side;

std::string text(std::uint64_t n) {
  return std::to_string(n);
}

std::string rules_table(const backtest_figures& figures) {
  adapters::table rows({{"RULE"},
                        {"VERSION"},
                        {"FIRINGS", column_side::right},
                        {"USERS", column_side::right},
                        {"WITHHELD: IF", column_side::right},
                        {"FIRE", column_side::right},
                        {"ACTIVE", column_side::right}});
  for (const rule_figures& r : figures.rules) {
    rows.add({r.rule, r.version, text(r.firings), text(r.users), text(r.withheld_by_condition),
              text(r.withheld_by_fire_limit), text(r.withheld_outside_active)});
  }
  return rows.to_string();
}

/// "not_blocked 12 > calm 7": what is left after each filter.
std::string chain_text(const action_figures& a) {
  std::string chain;
  for (const auto& [filter, left] : a.after_filter) {
    chain += (chain.empty() ? "" : " > ") + filter + " " + text(left);
  }
  return chain.empty() ? "-" : chain;
}

std::string actions_table(const backtest_figures& figures) {
  adapters::table rows({{"ACTION"},
                        {"RULE"},
                        {"FIRINGS", column_side::right},
                        {"ROUTED", column_side::right},
                        {"LEFT AFTER EACH FILTER"},
                        {"REFUSED", column_side::right},
                        {"SENT", column_side::right},
                        {"USERS", column_side::right}});
  for (const action_figures& a : figures.actions) {
    rows.add({a.action, a.rule, text(a.firings), text(a.routed), chain_text(a), text(a.refused),
              text(a.sent), text(a.users)});
  }
  return rows.empty() ? "" : "\n" + rows.to_string();
}

}  // namespace

std::string report_text(const backtest_figures& figures, const cep::replay_counts& counts) {
  const std::string derived =
      counts.derived == 0 ? "" : ", " + text(counts.derived) + " derived events";
  return text(counts.inputs) + " events, " + text(counts.subjects) + " users with state, " +
         text(counts.duplicates) + " duplicates" + derived + "\n\n" + rules_table(figures) +
         actions_table(figures);
}

nlohmann::json report_json(const backtest_figures& figures, const cep::replay_counts& counts) {
  nlohmann::json json = {
      {"events", counts.inputs}, {"duplicates", counts.duplicates}, {"derived", counts.derived}};
  for (const rule_figures& r : figures.rules) {
    json["rules"].push_back({{"rule", r.rule},
                             {"version", r.version},
                             {"firings", r.firings},
                             {"users", r.users},
                             {"withheld_by_condition", r.withheld_by_condition},
                             {"withheld_by_fire_limit", r.withheld_by_fire_limit},
                             {"withheld_outside_active", r.withheld_outside_active}});
  }
  for (const action_figures& a : figures.actions) {
    nlohmann::json filters = nlohmann::json::array();
    for (const auto& [filter, left] : a.after_filter)
      filters.push_back({{"filter", filter}, {"left", left}});
    json["actions"].push_back({{"action", a.action},
                               {"rule", a.rule},
                               {"firings", a.firings},
                               {"routed", a.routed},
                               {"filters", std::move(filters)},
                               {"refused", a.refused},
                               {"sent", a.sent},
                               {"users", a.users}});
  }
  return json;
}

}  // namespace beckon::topology
