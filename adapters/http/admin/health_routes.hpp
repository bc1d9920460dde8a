// What machines ask of a node: GET /healthz (alive), /readyz (serving), /metrics. Open to whoever
// reaches the address.
#pragma once

#include <functional>
#include <string>

#include "adapters/http/listener/routes.hpp"
#include "messages/port/ingest.hpp"

namespace beckon::adapters {

/// /readyz: {"ready":true,"checks":[{"name":…,"ok":true,"detail":…}]}, 200 when all are ok and
/// there are any, else 503. `metrics` gives the text exposition. Both are called on the listener's
/// threads and must outlive the routes.
void add_health_routes(http_routes& routes, const port::health& health,
                       std::function<std::string()> metrics);

}  // namespace beckon::adapters
