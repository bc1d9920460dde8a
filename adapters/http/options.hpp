// How the HTTP door listens, what it bounds and who may write.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/time.hpp"

namespace beckon::adapters {

/// A key that lets its owner write events.
struct http_write_key {
  std::string id;      ///< for logs; never the secret
  std::string secret;  ///< sent as Bearer token, as Basic user name (Segment's way), or as `?key=`
                       ///< (sendBeacon)
  std::string source;  ///< the only source it may write; empty: any
};

struct http_options {
  std::string listen = "127.0.0.1:0";  ///< address:port; port 0: the kernel chooses
  unsigned threads = 1;                ///< each with its own connections

  /// Without keys everybody may write: then only a loopback address is allowed, unless `insecure`.
  std::vector<http_write_key> keys;
  bool insecure = false;
  std::string default_source = "web";  ///< where neither path, `?source=` nor key name one
  std::vector<std::string>
      cors_origins;  ///< "https://shop.example" or "*"; empty: no page may write

  std::size_t max_header = 8 * 1024;   ///< bytes of a request's head
  std::size_t max_body = 500 * 1024;   ///< bytes of a request's body, and of what it unpacks to
  std::size_t max_item = 32 * 1024;    ///< bytes of one item of a batch
  std::size_t max_items = 1000;        ///< items of a batch
  std::size_t max_connections = 1024;  ///< further ones are refused
  std::size_t max_held = 256 * 1024 * 1024;  ///< bytes of all bodies held at once; over it: 503

  duration idle_timeout{60'000};    ///< between requests of a connection
  duration header_timeout{10'000};  ///< from a request's first byte to the end of its head
  duration body_timeout{10'000};    ///< for the whole body
  duration answer_timeout{10'000};  ///< for the handler; then 503
  duration write_timeout{10'000};   ///< for the client to take the answer
  int retry_after = 1;              ///< seconds, said with every 503
};

}  // namespace beckon::adapters
