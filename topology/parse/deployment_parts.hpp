// The sections of beckon.yaml, one function each; `node` is the section's value, null where it is
// absent.
#pragma once

#include <vector>

#include "engine/base/settings.hpp"
#include "topology/deployment.hpp"
#include "topology/parse/secrets.hpp"

namespace beckon::topology {

broker parse_bus(const settings* node, const secret_source& outside, problems& out);
http_settings parse_http(const settings* node, const secret_source& outside, problems& out);
std::vector<source_settings> parse_sources(const settings* node, problems& out);
ingest_settings parse_ingest(const settings* node, problems& out);
rule_settings parse_rule_settings(const settings* node, problems& out);
limits parse_limits(const settings* node, problems& out);
supervision parse_supervision(const settings* node, problems& out);
log_settings parse_log(const settings* node, problems& out);

}  // namespace beckon::topology
