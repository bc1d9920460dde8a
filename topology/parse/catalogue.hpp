// catalogue.yaml → the event catalogue. Every wrong entity, event and relation is reported at its
// own place.
#pragma once

#include <memory>

#include "engine/access/catalogue.hpp"
#include "engine/base/settings.hpp"

namespace beckon::topology {

/// Reads `entities`, `events` and `relations`. What is wrong is reported and left out, so that
/// rules can still be checked against the rest; never null.
std::shared_ptr<const catalogue> parse_catalogue(const settings& root, problems& out);

/// The catalogue of a configuration without catalogue.yaml: users and no events.
std::shared_ptr<const catalogue> empty_catalogue();

}  // namespace beckon::topology
