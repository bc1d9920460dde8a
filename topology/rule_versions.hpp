// A node's memory of the texts of its rules, so that partial matches of a text that was replaced
// can go on under it: DATA/rules.json, one file, replaced as a whole. What it says of a change is a
// function of values; reading and writing it block.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/cep/rule_set.hpp"
#include "engine/language/compile.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

/// Versions of one rule that drain at the same time; a fifth makes the oldest be dropped.
inline constexpr std::size_t most_draining = 4;
/// Former versions of one rule whose fate is remembered.
inline constexpr std::size_t most_former = 16;

/// A text that was replaced.
struct old_text {
  std::string version;
  cep::fate what = cep::fate::keep;
  timestamp replaced{};
  timestamp until = never;  ///< from then on nothing of it can be alive
  std::string text;         ///< canonical; "" for `reset`
  cep::known_past known;    ///< of its look-backs
};

/// The text in force, and those before it, the oldest first.
struct rule_history {
  std::string version;
  timestamp since{};  ///< in force
  std::string text;
  cep::known_past known;
  std::vector<old_text> former;
};

struct rule_histories {
  timestamp started = beginning;  ///< the node, the last time
  std::map<std::string, rule_history> rules;
};

struct rule_change {
  std::string rule;
  std::string from, to;  ///< versions
  cep::fate what = cep::fate::keep;
};

/// What is to be said of it to people.
struct version_trouble {
  std::string rule;
  std::string version;
  std::string why;
};

struct noted_versions {
  rule_histories histories;
  std::vector<rule_change> changes;
  std::vector<version_trouble> troubles;
  std::vector<cep::former_version> former;  ///< for cep::rule_set::with_former
};

/// What was stored, brought in line with the rules now in force; a rule that is gone is forgotten.
/// An old version is forgotten when the node had started after its time once before: then every
/// deadline of it has been handled. `names`: what old texts are compiled against.
noted_versions note_versions(rule_histories stored, const cep::rule_set& rules, const deployment& d,
                             const language::environment& names, timestamp now);

/// DATA/rules.json; empty where there is none. Errors: corrupt, unavailable.
result<rule_histories> read_rule_histories(const std::string& data);
/// Errors: unavailable.
result<void> write_rule_histories(const std::string& data, const rule_histories& all);

/// Reads, notes, writes: at the start of a node. Errors: corrupt, unavailable.
result<noted_versions> recall_rule_versions(const deployment& d, const cep::rule_set& rules,
                                            const language::environment& names, timestamp now);

/// The same beside a node that does not run: before its state is read under these rules. No
/// deadline has been handled then, so it is no start.
result<noted_versions> recall_rule_versions_offline(const deployment& d, const cep::rule_set& rules,
                                                    const language::environment& names,
                                                    timestamp now);

}  // namespace beckon::topology
