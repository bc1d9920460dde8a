#include "adapters/http/admin/checkpoint_route.hpp"

#include <utility>

#include "messages/codec/json.hpp"

namespace beckon::adapters {
namespace {

http_response tell_checkpoint(const result<std::string>& made) {
  if (!made) return error_response(503, made.error().to_string());
  http_response out{201};
  out.body = "{\"directory\":";
  codec::append_json_text(out.body, *made);
  out.body += "}\n";
  return out;
}

}  // namespace

void add_checkpoint_route(http_routes& routes, admin_access access, checkpoint_maker make) {
  routes.add("POST", "/admin/checkpoint", "admin_checkpoint",
             [access = std::move(access), make = std::move(make)](const http_request& request,
                                                                  const http_answer& answer) {
               if (auto refused = access.refusal(request)) return answer(std::move(*refused));
               make([answer](const result<std::string>& made) { answer(tell_checkpoint(made)); });
             });
}

}  // namespace beckon::adapters
