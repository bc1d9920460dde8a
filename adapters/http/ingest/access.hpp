// Who may write to which source, and which web pages may. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/listener/message.hpp"
#include "adapters/http/options.hpp"
#include "engine/base/result.hpp"

namespace beckon::adapters {

/// A source's name as a path holds it: 1 to 64 of a-z, 0-9, '_' and '-'. Others never reach the
/// bus.
bool is_source_name(std::string_view name) noexcept;

class ingest_access {
 public:
  explicit ingest_access(const http_options& options);

  /// The source that `request` may write to: named by the path (`named`, else ""), by `?source=`,
  /// by its key, or the default one. Otherwise the response that refuses it: 400, 401 or 403.
  struct decision {
    std::string source;
    http_response refusal;
    bool allowed = false;
  };
  decision decide(const http_request& request, std::string_view named) const;

  /// The request's Origin when its page may write; "" otherwise.
  std::string allowed_origin(const http_request& request) const;

 private:
  const http_write_key* find_key(std::string_view secret) const noexcept;
  decision choose(const http_request& request, std::string_view named,
                  const http_write_key* key) const;

  std::vector<http_write_key> keys_;
  std::vector<std::string> origins_;
  std::string default_source_;
};

}  // namespace beckon::adapters
