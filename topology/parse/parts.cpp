#include "topology/parse/parts.hpp"

namespace beckon::topology {
namespace {

const settings empty_section{};

/// The one section of a file; an empty one where it is absent.
const settings& only_section(const settings& root, const std::string& name, problems& out) {
  if (root.what == settings::shape::null) return empty_section;
  settings_reader reader(root, name + ".yaml", out);
  const settings* section = reader.node(name, true);
  reader.finish();
  return section == nullptr ? empty_section : *section;
}

}  // namespace

std::vector<action_part> parse_actions_file(const settings& root, std::string_view zone,
                                            problems& out) {
  return parse_actions(only_section(root, "actions", out), zone, out);
}

filter_parts parse_filters_file(const settings& root, const outreach::filter_environment& env,
                                problems& out) {
  filter_parts parts;
  if (root.what == settings::shape::null) return parts;
  settings_reader reader(root, "filters.yaml", out);
  if (const settings* filters = reader.node("filters"))
    parts.filters = parse_filters(*filters, env, out);
  if (const settings* chains = reader.node("chains")) parts.chains = parse_chains(*chains, out);
  reader.finish();
  return parts;
}

std::vector<material_part> parse_materials_file(const settings& root, problems& out) {
  return parse_materials(only_section(root, "materials", out), out);
}

std::vector<channel_part> parse_channels_file(const settings& root,
                                              const std::vector<std::string>& kinds,
                                              problems& out) {
  return parse_channels(only_section(root, "channels", out), kinds, out);
}

}  // namespace beckon::topology
