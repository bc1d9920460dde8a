// The parts of a plan as the configuration names them: read one kind at a time, not yet checked
// against one another. Each keeps the settings it came from, so that a later problem can say where.
//
//   filters:
//     - id: vip               # letters, digits, '_', '-', '.'; a letter or '_' first; at most 100
//       kind: whitelist       # one of outreach::filter_kinds()
//       fail: closed          # while the filter is down: closed (default) refuses, open passes
//       list: vip_users       # everything else belongs to the kind
//     - { id: calm, kind: fatigue, scope: user, most: 2, within: 1 day }
//     - { id: tenth, kind: gray_release, percent: 10 }
//   chains:
//     - id: default
//       filters: [vip, tenth, calm]   # in this order; each is a veto
//   materials:
//     - id: pay
//       title: "Still interested?"
//       body: 'Order {{ order_id }} waits, {{ user.name | default: "friend" }}.'
//       data: { page: orders }        # any further texts, maps and lists of texts
//   channels:
//     - id: inbox
//       kind: webhook
//       retry: { attempts: 8, first: 1 s, longest: 60 s, jitter: 1, budget: 0.1 }  # the defaults
//       breaker: { failures: 5, open_for: 5 s, longest: 60 s }                    # likewise
//       concurrency: 64               # attempts in flight at once; the default
//       url: https://example.org/hook # everything else belongs to the kind
//   actions:
//     - id: pay_push
//       rule: pay_reminder
//       enabled: true                 # default true
//       from: 2024-11-11 00:00 +08:00 # optional; by the firing's time, [from, to)
//       to: 2024-11-12 00:00 +08:00
//       priority: 10                  # higher decides first; default 0
//       chain: default                # optional; without one every firing is sent
//       material: pay
//       channel: inbox
//       expires_after: 1 h            # optional, from the firing; default: never
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/plan/plan.hpp"

namespace beckon {

struct action_part {
  outreach::action content;  ///< `content` (the material) is still null
  settings where;
};

struct filter_part {
  filter_entry content;  ///< `judge` is null where its settings were wrong
  settings where;
};

struct chain_part {
  std::string id;
  std::vector<std::string> filters;
  settings where;
};

struct material_part {
  std::string id;
  std::shared_ptr<const outreach::material> content;  ///< null where its settings were wrong
  settings where;
};

struct channel_part {
  channel_entry content;
  settings where;
};

/// Each reads the list of one section and reports everything wrong in it. A node without content is
/// an empty section; what has no usable id is left out of the answer (and reported).
std::vector<action_part> parse_actions(const settings& section, std::string_view zone,
                                       problems& out);
std::vector<filter_part> parse_filters(const settings& section,
                                       const outreach::filter_environment& env, problems& out);
std::vector<chain_part> parse_chains(const settings& section, problems& out);
std::vector<material_part> parse_materials(const settings& section, problems& out);
/// `kinds`: the kinds of channels that there are adapters for.
std::vector<channel_part> parse_channels(const settings& section,
                                         const std::vector<std::string>& kinds, problems& out);

/// Everything of one configuration revision.
struct plan_parts {
  std::uint64_t revision = 1;
  std::string zone = "UTC";
  std::shared_ptr<const catalogue> events;
  std::shared_ptr<const language::named_lists> lists;
  std::shared_ptr<const cep::rule_set> rules;
  std::vector<action_part> actions;
  std::vector<filter_part> filters;
  std::vector<chain_part> chains;
  std::vector<material_part> materials;
  std::vector<channel_part> channels;
};

/// Joins the parts and checks them against one another: duplicate ids, names that do not exist,
/// returned values that a material needs and its rule does not give. Use the plan only when no
/// error was reported.
plan make_plan(plan_parts parts, problems& out);

}  // namespace beckon
