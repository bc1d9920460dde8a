// A server, a bus with one stream "S" on subject "a", and readers of it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/nats/connection.hpp"
#include "tests/adapters/nats/recorder.hpp"
#include "tests/support/nats_server.hpp"

namespace beckon::tests {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class reader_fixture : public testing::Test {
 protected:
  reader_fixture() {
    auto options = server_.options();
    options.silence = 600ms;  // longer than the heartbeat
    bus_ = must_connect(options);
    const auto made = bus_->ensure_stream(stream("S", "a"));
    if (!made) throw std::runtime_error(made.error().to_string());
    created_ = made->created_ns;
  }

  std::unique_ptr<port::queue_reader> read(recorder& into, port::stream_offset after = {},
                                           std::uint32_t credit = 1'000'000) {
    port::reader_settings settings;
    settings.stream = "S";
    settings.after = after;
    auto reader = bus_->read(settings, into);
    if (!reader) throw std::runtime_error(reader.error().to_string());
    (*reader)->grant(credit);
    return std::move(*reader);
  }

  port::stream_offset offset_at(std::uint64_t sequence) {
    return {created_, sequence, bus_->get("S", sequence)->value().broker_time_ns};
  }

  /// Asks the JetStream API beside the bus.
  std::string api(const std::string& call, const std::string& body = "") {
    auto other = adapters::connection::open(server_.options(), adapters::connection_role::reading);
    auto answer = (*other)->request("$JS.API." + call, body, 5s);
    return answer ? std::string(adapters::data_of(**answer)) : answer.error().to_string();
  }

  static void expect_contiguous(const std::vector<port::stored_message>& seen,
                                std::uint64_t first) {
    for (std::size_t i = 0; i < seen.size(); ++i) {
      ASSERT_EQ(seen[i].sequence, first + i);
      ASSERT_EQ(seen[i].data, std::to_string(first + i));
    }
  }

  nats_server server_;
  std::unique_ptr<adapters::nats_bus> bus_;
  std::int64_t created_ = 0;
};

}  // namespace beckon::tests
