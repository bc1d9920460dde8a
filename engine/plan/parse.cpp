#include <algorithm>

#include "engine/outreach/material.hpp"
#include "engine/plan/parts.hpp"

namespace beckon {
namespace {

constexpr std::size_t longest_id = 100;
constexpr std::int64_t highest_priority = 1'000'000;
constexpr std::int64_t most_concurrency = 10'000;
constexpr std::int64_t most_attempts = 100;

bool is_id(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto other = [](char c) { return (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= longest_id && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || other(c); });
}

/// "filter 'calm'", for messages.
std::string called(std::string_view noun, const settings& node) {
  const settings* id = node.find("id");
  const bool named = id != nullptr && id->what == settings::shape::scalar;
  return std::string(noun) + (named ? " '" + id->scalar + "'" : "");
}

/// The object's id, or "" (reported) when it is missing or no id.
std::string read_id(settings_reader& options, const settings& node, problems& out) {
  std::string id = options.text("id");
  if (is_id(id)) return id;
  if (const settings* place = node.find("id"); place != nullptr && !id.empty()) {
    out.push_back(place->at("'" + id + "' is no id",
                            "up to 100 letters, digits, '_', '-', '.'; a letter or '_' first"));
  }
  return {};
}

/// Calls `read(reader, node, id)` for every map of the section, and finishes the reader.
template <class Read>
void for_each_object(const settings& section, std::string_view noun, problems& out,
                     const Read& read) {
  if (section.what == settings::shape::null) return;
  if (section.what != settings::shape::list) {
    out.push_back(section.at("expected a list of " + std::string(noun) + "s",
                             "write '- id: …' for each of them"));
    return;
  }
  for (const settings& node : section.items) {
    settings_reader options(node, called(noun, node), out);
    if (node.what != settings::shape::map) continue;
    const std::string id = read_id(options, node, out);
    read(options, node, id);
  }
}

outreach::action read_action(settings_reader& options, const settings& node, std::string id,
                             std::string_view zone, problems& out) {
  outreach::action a;
  a.id = std::move(id);
  a.rule = options.text("rule");
  a.enabled = options.boolean("enabled", true);
  a.valid_from = options.time("from", zone);
  a.valid_to = options.time("to", zone);
  a.priority =
      static_cast<int>(options.integer("priority", 0, -highest_priority, highest_priority));
  a.chain = options.text("chain", "");
  a.material_id = options.text("material");
  a.channel = options.text("channel");
  a.expires_after = options.span("expires_after", duration::zero());
  if (options.choice("ambiguous", {"at_least_once", "at_most_once"}, "at_least_once") ==
      "at_most_once") {
    a.when_unknown = delivery::ambiguity::at_most_once;
  }
  if (a.valid_from && a.valid_to && *a.valid_from >= *a.valid_to) {
    out.push_back(node.find("to")->at("'to' must be later than 'from'"));
  }
  return a;
}

void read_retry(const settings& node, channel_entry& c, problems& out) {
  settings_reader options(node, "'retry'", out);
  const std::size_t before = out.size();
  const delivery::retry_policy usual;
  delivery::retry_policy& p = c.retry;
  p.most_attempts = static_cast<std::uint32_t>(
      options.integer("attempts", usual.most_attempts, 1, most_attempts));
  p.first = options.span("first", usual.first);
  p.longest = options.span("longest", std::max(usual.longest, p.first));
  p.jitter = options.real("jitter", usual.jitter, 0, 1);
  c.budget.share = options.real("budget", c.budget.share, 0, most_attempts);
  options.finish();
  if (out.size() == before && (p.first <= duration::zero() || p.longest < p.first)) {
    out.push_back(node.at("'first' must be longer than 0 and at most 'longest'"));
  }
}

/// The map without the keys that every channel has.
settings own_options(const settings& node) {
  settings own = node;
  std::erase_if(own.members, [](const settings::member& m) {
    return m.key == "id" || m.key == "kind" || m.key == "retry" || m.key == "breaker" ||
           m.key == "concurrency";
  });
  return own;
}

std::shared_ptr<const outreach::filter> make_filter(const filter_entry& entry,
                                                    settings_reader& options, const settings& node,
                                                    const outreach::filter_environment& env,
                                                    problems& out) {
  const outreach::filter_factory* make = outreach::find_filter_kind(entry.kind);
  return make == nullptr ? nullptr : (*make)(options, node, env, out);
}

}  // namespace

std::vector<action_part> parse_actions(const settings& section, std::string_view zone,
                                       problems& out) {
  std::vector<action_part> parts;
  for_each_object(section, "action", out,
                  [&](settings_reader& options, const settings& node, const std::string& id) {
                    outreach::action a = read_action(options, node, id, zone, out);
                    options.finish();
                    if (!id.empty()) parts.push_back({std::move(a), node});
                  });
  return parts;
}

std::vector<filter_part> parse_filters(const settings& section,
                                       const outreach::filter_environment& env, problems& out) {
  std::vector<filter_part> parts;
  for_each_object(
      section, "filter", out,
      [&](settings_reader& options, const settings& node, const std::string& id) {
        const std::size_t before = out.size();
        filter_entry entry{id, options.choice("kind", outreach::filter_kinds()), {}};
        const bool known = out.size() == before;
        entry.fail_open = options.choice("fail", {"closed", "open"}, "closed") == "open";
        if (known) {
          entry.judge = make_filter(entry, options, node, env, out);
          options.finish();
        }
        entry.options = node;
        if (!id.empty()) parts.push_back({std::move(entry), node});
      });
  return parts;
}

std::vector<chain_part> parse_chains(const settings& section, problems& out) {
  std::vector<chain_part> parts;
  for_each_object(section, "chain", out,
                  [&](settings_reader& options, const settings& node, const std::string& id) {
                    std::vector<std::string> filters = options.texts("filters", true);
                    options.finish();
                    if (!id.empty()) parts.push_back({id, std::move(filters), node});
                  });
  return parts;
}

std::vector<material_part> parse_materials(const settings& section, problems& out) {
  std::vector<material_part> parts;
  for_each_object(section, "material", out,
                  [&](settings_reader&, const settings& node, const std::string& id) {
                    auto content = outreach::material::compile(id, node, out);
                    if (!id.empty()) parts.push_back({id, std::move(content), node});
                  });
  return parts;
}

std::vector<channel_part> parse_channels(const settings& section,
                                         const std::vector<std::string>& kinds, problems& out) {
  std::vector<channel_part> parts;
  for_each_object(section, "channel", out,
                  [&](settings_reader& options, const settings& node, const std::string& id) {
                    channel_entry c;
                    c.id = id;
                    c.kind = options.choice("kind", kinds);
                    c.concurrency = static_cast<std::uint32_t>(
                        options.integer("concurrency", c.concurrency, 1, most_concurrency));
                    if (const settings* retry = options.node("retry")) read_retry(*retry, c, out);
                    if (const settings* breaker = options.node("breaker"))
                      c.breaker = delivery::read_breaker_policy(*breaker, out);
                    c.options = own_options(node);
                    if (!id.empty()) parts.push_back({std::move(c), node});
                  });
  return parts;
}

}  // namespace beckon
