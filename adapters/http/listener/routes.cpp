#include "adapters/http/listener/routes.hpp"

#include <utility>

namespace beckon::adapters {
namespace {

/// The next segment of a path, which shrinks; the path begins with '/'.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool fits(const http_route& route, std::string_view path, std::vector<std::string_view>& captured) {
  captured.clear();
  for (const std::string& wanted : route.segments) {
    if (path.empty() || path.front() != '/') return false;
    const std::string_view segment = next_segment(path);
    if (wanted == "{}") {
      if (segment.empty()) return false;
      captured.push_back(segment);
    } else if (segment != wanted) {
      return false;
    }
  }
  return path.empty();
}

bool answers(const http_route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

}  // namespace

void http_routes::add(std::string method, std::string_view pattern, std::string name,
                      http_handler handler) {
  http_route route{std::move(method), {}, std::move(name), std::move(handler)};
  while (!pattern.empty()) {
    const std::string_view segment = next_segment(pattern);
    route.segments.emplace_back(segment.starts_with('{') ? "{}" : segment);
  }
  routes_.push_back(std::move(route));
}

http_routes::found http_routes::find(http_request& request) const {
  found out;
  for (const http_route& route : routes_) {
    if (!fits(route, request.path, request.captured)) continue;
    if (answers(route, request.method)) {
      out.route = &route;
      return out;
    }
    if (out.allowed.find(route.method) == std::string::npos) {
      out.allowed += (out.allowed.empty() ? "" : ", ") + route.method;
    }
  }
  return out;
}

}  // namespace beckon::adapters
