// A blocking HTTP client for the tools of this folder: one connection, kept alive. libcurl;
// loopback use.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.hpp"

namespace beckon::topology {

struct http_answer_text {
  int status = 0;
  std::string body;
};

class http_client {
 public:
  http_client();
  ~http_client();
  result<http_answer_text> get(const std::string& url);
  /// `token`: sent as a Bearer token, where there is one.
  result<http_answer_text> post(const std::string& url, const std::string& json,
                                const std::string& token = {});

 private:
  result<http_answer_text> perform(const std::string& url, const std::string* json,
                                   const std::string& token);
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace beckon::topology
