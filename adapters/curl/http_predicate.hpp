// Whom a filter `http_predicate` asks: each question is one HTTP POST of JSON; the whole answer is
// handed over. Threads: `ask` from any; one thread of its own runs all transfers (poster.hpp) and
// calls the reply handlers. Destroying it answers what is under way with `unreachable`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "adapters/curl/endpoint.hpp"
#include "adapters/curl/post.hpp"
#include "messages/port/predicate.hpp"

namespace beckon::adapters {

struct http_predicate_options : endpoint {
  std::string token;  ///< sent as `authorization: Bearer …` when it is not empty
  std::uint32_t most_in_flight = 64;
};

/// Reads the endpoint of a filter from its map (HTTP/2 is offered unless `http2: false`), leaving
/// the filter's own options, and unknown ones, to whoever reads those. `token`: what `token_file`
/// or `token_env` named ("": none). nullopt when problems were reported.
std::optional<http_predicate_options> read_http_predicate_options(const settings& filter,
                                                                  problems& out,
                                                                  const std::string& token = "");

std::unique_ptr<port::predicate> make_http_predicate(http_predicate_options options);

/// What an attempt's end says. Pure.
port::predicate_reply reply_of(attempt_end end);

}  // namespace beckon::adapters
