// Makes HTTP POSTs to one endpoint's host (or to hosts that requests name themselves), over kept
// connections, so many at once per host; the others wait for a place. Threads: `post` from any; one
// thread of its own runs all transfers (libcurl multi) and tells their ends.
#pragma once

#include <cstdint>
#include <memory>

#include "adapters/curl/endpoint.hpp"
#include "adapters/curl/post.hpp"

namespace beckon::adapters {

class poster {
 public:
  poster(endpoint to, std::uint32_t at_once_per_host);
  /// Tells the ends of what is under way or waits, as far as it came.
  ~poster();
  poster(const poster&) = delete;
  poster& operator=(const poster&) = delete;

  /// `done` is called exactly once, on the poster's thread. Never blocks for the network.
  void post(http_post what, end_handler done);

 private:
  class loop;
  std::unique_ptr<loop> loop_;
};

}  // namespace beckon::adapters
