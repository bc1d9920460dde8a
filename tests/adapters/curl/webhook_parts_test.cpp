// The pure parts of the webhook channel: addresses, signatures, options.
#include <cstring>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/curl/address_guard.hpp"
#include "adapters/curl/signature.hpp"
#include "adapters/curl/url.hpp"
#include "adapters/curl/webhook_sender.hpp"
#include "tests/engine/outreach/build_settings.hpp"

namespace beckon::tests {
namespace {

using ::testing::HasSubstr;
using testing::map;
using testing::text;

bool is_public(const char* text) {
  sockaddr_storage storage{};
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    std::memcpy(&storage, &four, sizeof four);
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, text, &six.sin6_addr), 1) << text;
    six.sin6_family = AF_INET6;
    std::memcpy(&storage, &six, sizeof six);
  }
  return adapters::is_public(reinterpret_cast<const sockaddr&>(storage));
}

TEST(address_guard, knows_public_addresses) {
  for (const char* address :
       {"1.1.1.1", "8.8.8.8", "11.0.0.0", "9.255.255.255", "172.15.255.255", "172.32.0.0",
        "100.63.255.255", "100.128.0.0", "169.253.0.1", "192.167.0.1", "198.17.0.1", "198.20.0.0",
        "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
        "2002:808:808::1"}) {
    EXPECT_TRUE(is_public(address)) << address;
  }
}

TEST(address_guard, knows_what_is_not_public) {
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "127.0.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.168.0.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "fec0::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::7f00:1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::1",
                              "2002:a00:1::",
                              "2001:db8::1",
                              "2001::1",
                              "100::1"}) {
    EXPECT_FALSE(is_public(address)) << address;
  }
}

TEST(address_guard, other_families_are_not_public) {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  EXPECT_FALSE(adapters::is_public(address));
}

TEST(signature, is_the_one_of_the_standards_example) {
  // The test vector of the Standard Webhooks reference libraries.
  const auto key = adapters::signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(adapters::signature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                                R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(signature, refuses_bad_keys_without_repeating_them) {
  EXPECT_FALSE(adapters::signing_key("whsec_").ok());
  for (const char* secret : {"short", "whsec_c2hvcnQ=", "not base64 at all, but long enough!",
                             "whsec_MfKQ9r8GKYqrTwjUPD8=LPZIo2LaLaSw"}) {
    const auto key = adapters::signing_key(secret);
    ASSERT_FALSE(key.ok()) << secret;
    EXPECT_THAT(key.error().message, ::testing::Not(HasSubstr(secret)));
    EXPECT_THAT(key.error().message, HasSubstr("openssl rand"));
  }
  EXPECT_TRUE(adapters::signing_key(std::string(86, 'A') + "==").ok());
  EXPECT_FALSE(adapters::signing_key(std::string(88, 'A')).ok());
}

TEST(origin, is_scheme_host_and_port) {
  EXPECT_EQ(*adapters::origin_of("HTTPS://Example.COM/path?q"), "https://example.com:443");
  EXPECT_EQ(*adapters::origin_of("http://user:pass@[::1]:8080/"), "http://[::1]:8080");
  EXPECT_FALSE(adapters::origin_of("ftp://example.com/").ok());
  EXPECT_FALSE(adapters::origin_of("").ok());
}

TEST(webhook_options, are_read) {
  problems out;
  const auto read =
      adapters::read_webhook_options(map({{"url", text("https://example.com/hook")},
                                          {"headers", map({{"X-Team", text("shop")}})},
                                          {"allow_private", text("true")},
                                          {"http2", text("true")},
                                          {"timeout", text("5 s")},
                                          {"connect_timeout", text("1 s")},
                                          {"concurrent_per_host", text("7")},
                                          {"secret_env", text("HOOK_SECRET")}}),
                                     out, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(read) << out.front().to_string();
  EXPECT_EQ(read->url, "https://example.com/hook");
  EXPECT_EQ(read->headers.size(), 1u);
  EXPECT_TRUE(read->allow_private);
  EXPECT_TRUE(read->http2);
  EXPECT_EQ(read->timeout, std::chrono::seconds{5});
  EXPECT_EQ(read->concurrent_per_host, 7u);
  EXPECT_EQ(read->key.size(), 24u);
}

TEST(webhook_options, are_refused_with_all_their_faults_at_once) {
  problems out;
  EXPECT_FALSE(
      adapters::read_webhook_options(map({{"url", text("ftp://example.com")},
                                          {"headers", map({{"Webhook-Id", text("1")},
                                                           {"bad name", text("1")},
                                                           {"X-Split", text("a\r\nX-Evil: 1")}})},
                                          {"timeout", text("0 s")},
                                          {"ca_file", text("/no/such/file")},
                                          {"secret_file", text("s")},
                                          {"urll", text("x")}}),
                                     out));
  EXPECT_EQ(out.size(), 8u);
}

}  // namespace
}  // namespace beckon::tests
