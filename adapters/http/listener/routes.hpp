// Which handler answers which request.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/listener/message.hpp"

namespace beckon::adapters {

struct http_route {
  std::string method;                 ///< "GET" also answers HEAD
  std::vector<std::string> segments;  ///< "{}" stands for any one non-empty segment
  std::string name;                   ///< the metrics' label
  http_handler handler;
};

/// Filled before the listener starts, constant after. Earlier routes win.
class http_routes {
 public:
  /// `pattern`: "/v1/{source}/track".
  void add(std::string method, std::string_view pattern, std::string name, http_handler handler);

  const std::vector<http_route>& all() const noexcept { return routes_; }

  struct found {
    const http_route* route = nullptr;  ///< nullptr: nobody answers this method and path
    std::string allowed;  ///< the methods of that path, "GET, POST"; "" when the path is unknown
  };
  /// Fills in `request.captured`.
  found find(http_request& request) const;

 private:
  std::vector<http_route> routes_;
};

}  // namespace beckon::adapters
