#include <algorithm>

#include "engine/outreach/material.hpp"
#include "engine/plan/parts.hpp"

namespace beckon {
namespace {

constexpr duration ledger_slack = std::chrono::hours(24);

/// Where a problem with `key` of an object is reported: at the key's value, or at the object.
const settings& place_of(const settings& object, std::string_view key) {
  const settings* found = object.find(key);
  return found == nullptr ? object : *found;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "" : "did you mean '" + near + "'?";
}

const std::string& id_of(const action_part& p) {
  return p.content.id;
}
const std::string& id_of(const filter_part& p) {
  return p.content.id;
}
const std::string& id_of(const chain_part& p) {
  return p.id;
}
const std::string& id_of(const material_part& p) {
  return p.id;
}
const std::string& id_of(const channel_part& p) {
  return p.content.id;
}

/// Reports ids that occur twice and keeps the first of each.
template <class Part>
void drop_duplicates(std::vector<Part>& parts, std::string_view noun, problems& out) {
  std::unordered_map<std::string, std::string> first_place;
  std::erase_if(parts, [&](const Part& p) {
    const settings& id = place_of(p.where, "id");
    const auto [first, is_new] =
        first_place.try_emplace(id_of(p), id.file + ":" + std::to_string(id.line));
    if (is_new) return false;
    out.push_back(id.at("there are two " + std::string(noun) + "s '" + id_of(p) + "'",
                        "the first is at " + first->second));
    return true;
  });
}

/// Reports a name that none of `known` has.
void report_unknown(const settings& place, std::string_view noun, std::string_view name,
                    const std::vector<std::string>& known, problems& out) {
  out.push_back(place.at("there is no " + std::string(noun) + " '" + std::string(name) + "'",
                         did_you_mean(name, known)));
}

template <class Part>
std::vector<std::string> ids_of(const std::vector<Part>& parts) {
  std::vector<std::string> ids;
  for (const Part& p : parts) ids.push_back(id_of(p));
  return ids;
}

template <class Part>
const Part* find_part(const std::vector<Part>& parts, std::string_view id) {
  const auto at =
      std::find_if(parts.begin(), parts.end(), [id](const Part& p) { return id_of(p) == id; });
  return at == parts.end() ? nullptr : &*at;
}

/// The part an action names under `key`; null, reported, when there is none. An absent key was
/// reported when it was read.
template <class Part>
const Part* named_part(const action_part& a, std::string_view key, std::string_view name,
                       const std::vector<Part>& parts, problems& out) {
  const Part* found = find_part(parts, name);
  if (found == nullptr && !name.empty()) {
    report_unknown(place_of(a.where, key), key, name, ids_of(parts), out);
  }
  return found;
}

const language::checked_rule* named_rule(const action_part& a, const plan_parts& parts,
                                         problems& out) {
  std::vector<std::string> names;
  if (parts.rules) {
    for (const auto& rule : parts.rules->rules()) {
      if (rule->name == a.content.rule) return rule.get();
      names.push_back(rule->name);
    }
  }
  if (!a.content.rule.empty()) {
    report_unknown(place_of(a.where, "rule"), "rule", a.content.rule, names, out);
  }
  return nullptr;
}

void check_returns(const action_part& a, const outreach::material& m,
                   const language::checked_rule& rule, problems& out) {
  std::vector<std::string> returned;
  for (const language::return_item& r : rule.returns) returned.push_back(r.name);
  for (auto& [name, found] : m.required_returns()) {
    if (std::find(returned.begin(), returned.end(), name) != returned.end()) continue;
    problem p = found;
    p.message = "rule '" + rule.name + "' does not RETURN '" + name + "', which action '" +
                a.content.id + "' sends with this material";
    if (const std::string near = did_you_mean(name, returned); !near.empty()) p.hint = near;
    out.push_back(std::move(p));
  }
}

/// Warns of `user.FIELD`s that the catalogue's entity does not declare and that have no default.
void check_profile_fields(const outreach::material& m, const language::checked_rule& rule,
                          const plan_parts& parts, problems& out) {
  const entity_declaration* entity =
      parts.events ? parts.events->entity(rule.subject_kind) : nullptr;
  if (entity == nullptr || entity->fields.empty()) return;
  std::vector<std::string> declared;
  for (const field_declaration& f : entity->fields) declared.push_back(f.name);
  for (auto& [name, found] : m.required_profile_fields()) {
    if (std::find(declared.begin(), declared.end(), name) != declared.end()) continue;
    problem p = found;
    p.warning = true;
    p.message = "the catalogue declares no field '" + name + "' of '" + entity->name + "'";
    if (const std::string near = did_you_mean(name, declared); !near.empty()) p.hint = near;
    const auto same = [&](const problem& q) {
      return q.line == p.line && q.column == p.column && q.file == p.file && q.message == p.message;
    };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(p));
  }
}

void add_actions(plan_parts& parts, plan& made, problems& out) {
  for (action_part& a : parts.actions) {
    const language::checked_rule* rule = named_rule(a, parts, out);
    named_part(a, "chain", a.content.chain, parts.chains, out);
    named_part(a, "channel", a.content.channel, parts.channels, out);
    const material_part* m = named_part(a, "material", a.content.material_id, parts.materials, out);
    if (m != nullptr && m->content && rule != nullptr) {
      check_returns(a, *m->content, *rule, out);
      check_profile_fields(*m->content, *rule, parts, out);
    }
    if (m != nullptr) a.content.content = m->content;
    made.actions.push_back(a.content);
  }
  std::sort(made.actions.begin(), made.actions.end(), [](const auto& a, const auto& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.id < b.id;
  });
  for (std::size_t i = 0; i < made.actions.size(); ++i) {
    made.actions_of_rule[made.actions[i].rule].push_back(i);
  }
}

void add_filters(plan_parts& parts, plan& made) {
  made.ledger_keeps = ledger_slack;
  for (filter_part& f : parts.filters) {
    if (f.content.judge) {
      made.ledger_keeps = std::max(made.ledger_keeps, f.content.judge->looks_back() + ledger_slack);
    }
    made.filters.push_back(std::move(f.content));
  }
}

/// Where the n-th filter of a chain is named.
const settings& place_of_filter(const chain_part& c, std::size_t n) {
  const settings& list = place_of(c.where, "filters");
  return n < list.items.size() ? list.items[n] : list;
}

void add_chains(const plan_parts& parts, plan& made, problems& out) {
  for (const chain_part& c : parts.chains) {
    chain_entry entry{c.id, {}};
    for (std::size_t i = 0; i < c.filters.size(); ++i) {
      const auto at = std::find_if(made.filters.begin(), made.filters.end(),
                                   [&](const filter_entry& f) { return f.id == c.filters[i]; });
      const auto index = static_cast<std::size_t>(at - made.filters.begin());
      const auto& known = entry.filters;
      if (at == made.filters.end()) {
        std::vector<std::string> ids;
        for (const filter_entry& f : made.filters) ids.push_back(f.id);
        report_unknown(place_of_filter(c, i), "filter", c.filters[i], ids, out);
      } else if (std::find(known.begin(), known.end(), index) != known.end()) {
        out.push_back(place_of_filter(c, i).at("filter '" + at->id + "' is in this chain already"));
      } else {
        entry.filters.push_back(index);
      }
    }
    made.chain_by_id.emplace(c.id, made.chains.size());
    made.chains.push_back(std::move(entry));
  }
}

}  // namespace

plan make_plan(plan_parts parts, problems& out) {
  drop_duplicates(parts.actions, "action", out);
  drop_duplicates(parts.filters, "filter", out);
  drop_duplicates(parts.chains, "chain", out);
  drop_duplicates(parts.materials, "material", out);
  drop_duplicates(parts.channels, "channel", out);
  plan made;
  made.revision = parts.revision;
  made.zone = parts.zone;
  made.events = parts.events;
  made.lists = parts.lists;
  made.rules = parts.rules;
  add_actions(parts, made, out);
  add_filters(parts, made);
  add_chains(parts, made, out);
  for (channel_part& c : parts.channels) made.channels.push_back(std::move(c.content));
  return made;
}

}  // namespace beckon
