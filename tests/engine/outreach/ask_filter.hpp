// Makes a filter from settings and asks it, as a chain would.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "engine/outreach/action.hpp"
#include "engine/outreach/filter.hpp"
#include "tests/engine/outreach/build_settings.hpp"

namespace beckon::testing {

using filter_ptr = std::shared_ptr<const outreach::filter>;

inline outreach::filter_environment environment_with(const std::string& list,
                                                     std::unordered_set<std::string> members) {
  language::named_lists lists;
  lists[list] = std::make_shared<const std::unordered_set<std::string>>(std::move(members));
  outreach::filter_environment env;
  env.lists = std::make_shared<const language::named_lists>(std::move(lists));
  return env;
}

/// The filter of `kind`, or null; what was wrong goes to `out`, unknown keys included.
inline filter_ptr make_filter(const std::string& kind, settings options, problems& out,
                              const outreach::filter_environment& env = {}) {
  const settings node = laid_out(std::move(options));
  settings_reader reader(node, "filter", out);
  filter_ptr made = (*outreach::find_filter_kind(kind))(reader, node, env, out);
  reader.finish();
  return made;
}

inline outreach::request request_of(const std::string& user) {
  outreach::request what;
  what.who.id = user;
  what.rule = "pay_reminder";
  return what;
}

inline outreach::verdict ask(const outreach::filter& f, const std::string& user,
                             const std::string& action_id = "pay", timestamp now = {},
                             const outreach::ledger& sends = {}) {
  const outreach::request what = request_of(user);
  outreach::action by;
  by.id = action_id;
  const outreach::facts known{{}, sends};
  return f.judge({what, by, known, now});
}

}  // namespace beckon::testing
