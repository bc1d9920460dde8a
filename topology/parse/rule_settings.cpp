#include "topology/parse/deployment_parts.hpp"

namespace beckon::topology {
namespace {

const std::vector<std::string> fates = {"keep", "reset", "drain"};

cep::fate fate_named(const std::string& word) {
  if (word == "reset") return cep::fate::reset;
  return word == "drain" ? cep::fate::drain : cep::fate::keep;
}

}  // namespace

rule_settings parse_rule_settings(const settings* node, problems& out) {
  rule_settings made;
  if (node == nullptr) return made;
  settings_reader reader(*node, "rules", out);
  made.on_change = fate_named(reader.choice("on_change", fates, "keep"));
  if (const settings* exceptions = reader.node("on_change_of")) {
    settings_reader each(*exceptions, "on_change_of", out);
    for (const settings::member& m : exceptions->members)
      made.on_change_of[m.key] = fate_named(each.choice(m.key, fates, "keep"));
    each.finish();
  }
  reader.finish();
  return made;
}

}  // namespace beckon::topology
