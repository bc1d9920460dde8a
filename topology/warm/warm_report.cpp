#include "topology/warm/warm_report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"

namespace beckon::topology {
namespace {

constexpr std::size_t most_types_shown = 5;

std::string listed(const std::vector<std::string>& types) {
  std::string text;
  for (std::size_t i = 0; i < std::min(types.size(), most_types_shown); ++i)
    text += (i == 0 ? "" : ", ") + types[i];
  if (types.size() > most_types_shown)
    text += " and " + std::to_string(types.size() - most_types_shown) + " more";
  return text;
}

std::string recorded_text(const cep::covered_look_back& l) {
  return l.noted ? to_rfc3339(l.recorded) : "the next start";
}

std::string outcome_text(const cep::covered_look_back& l) {
  if (!l.missing_types.empty()) return "no " + listed(l.missing_types) + " in the files";
  if (l.gap == duration::max()) return "no event in the files";
  if (!l.is_covered()) return "a gap of " + to_string(l.gap);
  return to_rfc3339(l.since);
}

/// What to do about those that do not reach back.
std::string advice(const std::vector<cep::covered_look_back>& look_backs) {
  std::string text;
  timestamp latest = beginning;
  bool lacks_types = false;
  bool not_recorded = false;
  for (const cep::covered_look_back& l : look_backs) {
    if (l.gap != duration::zero()) latest = std::max(latest, l.recorded);
    not_recorded |= l.gap != duration::zero() && !l.noted;
    lacks_types |= !l.missing_types.empty();
  }
  if (latest != beginning)
    text += "the files end before the node's own record begins: bring files that go on to " +
            to_rfc3339(latest) + ", or, if nothing happened in between, say --complete-to '" +
            to_rfc3339(latest) + "'\n";
  if (not_recorded)
    text +=
        "a rule that the node has not run yet is not recorded: start the node, then bring files "
        "that go on beyond that start\n";
  if (lacks_types)
    text +=
        "the files show no event of some types: bring files that do, or, if none happened, say "
        "--all-types\n";
  return text;
}

void print_text(const warming_outcome& what, const console& to) {
  const past_figures& f = what.figures;
  to.err << what.refused.to_text();
  to.out << counted(what.rows, "row") << " read, " << what.refused.count() << " refused; "
         << counted(f.taken.times, "look-back") << " of " << counted(f.written, "subject")
         << " noted in " << counted(f.commits, "commit") << '\n';
  if (f.taken.keys_dropped > 0)
    to.out << counted(f.taken.keys_dropped, "SAME key") << " found no room beside 256 others\n";
  adapters::table rows({{"RULE"}, {"LOOKS BACK"}, {"RECORDED SINCE"}, {"NOW KNOWN SINCE"}});
  for (const cep::covered_look_back& l : what.look_backs)
    rows.add({l.rule, to_string(l.length), recorded_text(l), outcome_text(l)});
  to.out << rows.to_string();
  to.err << advice(what.look_backs);
}

void print_json(const warming_outcome& what, const console& to) {
  nlohmann::json look_backs = nlohmann::json::array();
  for (const cep::covered_look_back& l : what.look_backs) {
    look_backs.push_back({{"rule", l.rule},
                          {"length_ms", l.length.count()},
                          {"recorded", l.noted ? nlohmann::json(to_rfc3339(l.recorded)) : nullptr},
                          {"since", l.is_covered() ? nlohmann::json(to_rfc3339(l.since)) : nullptr},
                          {"gap_ms", l.gap.count()},
                          {"missing_types", l.missing_types}});
  }
  to.print({{"rows", what.rows},
            {"refused", what.refused.count()},
            {"subjects", what.figures.subjects},
            {"subjects_changed", what.figures.written},
            {"noted", what.figures.taken.times},
            {"clocks_moved", what.figures.taken.clocks},
            {"keys_dropped", what.figures.taken.keys_dropped},
            {"commits", what.figures.commits},
            {"look_backs", std::move(look_backs)}});
}

}  // namespace

int report_warming(const warming_outcome& what, const console& to) {
  if (to.json) {
    print_json(what, to);
  } else {
    print_text(what, to);
  }
  const bool all = std::all_of(what.look_backs.begin(), what.look_backs.end(),
                               [](const auto& l) { return l.is_covered(); });
  return all ? exit_ok : exit_failure;
}

}  // namespace beckon::topology
