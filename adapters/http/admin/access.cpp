#include "adapters/http/admin/access.hpp"

namespace beckon::adapters {
namespace {

constexpr std::string_view bearer = "Bearer ";

}  // namespace

std::optional<http_response> admin_access::refusal(const http_request& request) const {
  const std::string_view given = request.header("Authorization");
  if (given.size() <= bearer.size() ||
      !equal_ignoring_case(given.substr(0, bearer.size()), bearer)) {
    auto refused = error_response(401, "needs the token that run.json of the node holds");
    refused.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refused;
  }
  if (token_.empty() || !equal_in_constant_time(given.substr(bearer.size()), token_))
    return error_response(403, "the token is not this node's: run.json holds the one in force");
  return std::nullopt;
}

}  // namespace beckon::adapters
