// POST /admin/checkpoint: a copy of the store of a running node, for `beckon backup`.
#pragma once

#include <functional>
#include <string>

#include "adapters/http/admin/access.hpp"
#include "adapters/http/listener/routes.hpp"
#include "engine/base/result.hpp"

namespace beckon::adapters {

/// Makes a checkpoint and answers the directory it is in, or why not; must not block. Any thread.
using checkpoint_maker = std::function<void(std::function<void(result<std::string>)> answer)>;

/// 201 {"directory": …}: whoever asked copies it and removes it. 401, 403 without the token; 503
/// when it cannot be made. `make` must outlive the routes.
void add_checkpoint_route(http_routes& routes, admin_access access, checkpoint_maker make);

}  // namespace beckon::adapters
