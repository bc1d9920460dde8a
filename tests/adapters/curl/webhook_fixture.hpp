// What the tests of the webhook sender share: a delivery, options, waiting for a receipt.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "adapters/curl/webhook_sender.hpp"

namespace beckon::tests {

inline constexpr duration short_time{300};

inline port::delivery some_delivery(std::uint64_t n = 1) {
  port::delivery out;
  out.id = {0x0123456789abcdef, n};
  out.occurrence = {7, 8};
  out.content_type = "application/json";
  out.body = R"({"n":1})";
  return out;
}

inline std::future<port::receipt> start(port::sender& sender, port::delivery what) {
  auto promise = std::make_shared<std::promise<port::receipt>>();
  auto future = promise->get_future();
  sender.send(std::move(what), [promise](port::receipt r) { promise->set_value(std::move(r)); });
  return future;
}

inline port::receipt send(port::sender& sender, port::delivery what = some_delivery()) {
  return start(sender, std::move(what)).get();
}

inline adapters::webhook_options options_for(const std::string& url) {
  adapters::webhook_options out;
  out.url = url;
  out.allow_private = true;
  out.timeout = short_time;
  out.now = [] { return from_ms(1'700'000'000'999); };
  return out;
}

}  // namespace beckon::tests
