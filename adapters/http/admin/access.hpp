// Who may use the routes below /admin: whoever knows the node's token, which it makes anew at every
// start and writes into a file that only its user can read. Immutable; any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "adapters/http/listener/message.hpp"

namespace beckon::adapters {

class admin_access {
 public:
  /// An empty token lets nobody in.
  explicit admin_access(std::string token) : token_(std::move(token)) {}

  /// 401 or 403 when `request` may not; nullopt: it brings the token ("Authorization: Bearer …").
  std::optional<http_response> refusal(const http_request& request) const;

 private:
  std::string token_;
};

}  // namespace beckon::adapters
