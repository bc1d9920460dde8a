// POST /admin/dlq/redrive: dead letters given again, for `beckon dlq redrive`.
#pragma once

#include "adapters/http/admin/access.hpp"
#include "adapters/http/listener/routes.hpp"
#include "messages/port/redrive.hpp"

namespace beckon::adapters {

/// So many letters a request at most.
inline constexpr std::size_t most_redriven_letters = 200;

/// Takes {"letters":["PARTITION/ID",…],"expired":false,"ambiguous":false}, answers, in their order,
/// 200 {"letters":[{"id":…,"fate":"redriven|refused|gone|unanswered","why":…}]} once it is durable;
/// 400 for another body; 401, 403 without the token. `to` must outlive the routes.
void add_redrive_route(http_routes& routes, admin_access access, port::redriver& to);

}  // namespace beckon::adapters
