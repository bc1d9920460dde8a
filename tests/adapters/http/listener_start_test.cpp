// Which addresses are listened to.
#include <memory>
#include <string>

#include "adapters/http/listener/listener.hpp"
#include "tests/adapters/http/http_fixture.hpp"

namespace beckon::adapters {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class listener_start : public testing::Test {
 protected:
  result<void> start(const std::string& address) {
    options_.listen = address;
    listener_ = std::make_unique<http_listener>(options_, http_routes{}, probes_, log_);
    return listener_->start();
  }
  prometheus_metrics probes_{{"test", "test"}};
  port::null_log log_;
  http_options options_;
  std::unique_ptr<http_listener> listener_;
};

TEST_F(listener_start, refuses_what_is_no_address) {
  for (const char* text : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                           "::1:x", "host:80"}) {
    const auto started = start(text);
    ASSERT_FALSE(started.ok()) << text;
    EXPECT_EQ(started.error().code, errc::invalid) << text;
  }
}

TEST_F(listener_start, takes_localhost_and_version_6) {
  EXPECT_TRUE(start("localhost:0").ok());
  EXPECT_TRUE(start("[::1]:0").ok());
  EXPECT_THAT(listener_->address(), MatchesRegex("\\[::1\\]:[0-9]+"));
}

TEST_F(listener_start, needs_keys_or_consent_beyond_loopback) {
  const auto refused = start("0.0.0.0:0");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().to_string(), HasSubstr("anybody could write"));
  options_.keys = {{"k", "s", ""}};
  EXPECT_TRUE(start("0.0.0.0:0").ok());
  options_.keys.clear();
  options_.insecure = true;
  EXPECT_TRUE(start("0.0.0.0:0").ok());
}

TEST_F(listener_start, says_that_an_address_is_in_use) {
  ASSERT_TRUE(start("127.0.0.1:0").ok());
  http_options same = options_;
  same.listen = listener_->address();
  http_listener second(same, http_routes{}, probes_, log_);
  const auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, errc::unavailable);
  EXPECT_THAT(started.error().to_string(), HasSubstr("in use"));
}

}  // namespace
}  // namespace beckon::adapters
