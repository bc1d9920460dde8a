#include "adapters/http/admin/health_routes.hpp"
#include "tests/adapters/http/http_fixture.hpp"

namespace beckon::adapters {
namespace {

using testing::HasSubstr;

using health = http_test;

TEST_F(health, is_ready_when_every_check_is_ok) {
  const auto response = http_client(port()).get("/readyz");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            "{\"ready\":true,\"checks\":[{\"name\":\"broker\",\"ok\":true,\"detail\":\"\"}]}\n");
}

TEST_F(health, names_what_is_not_ok) {
  health_.state = {{"broker", true, ""}, {"store", false, "disk \"full\""}};
  const auto response = http_client(port()).get("/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("{\"ready\":false,"));
  EXPECT_THAT(response.body, HasSubstr(R"({"name":"store","ok":false,"detail":"disk \"full\""})"));
}

TEST_F(health, is_not_ready_before_the_first_check) {
  health_.state.clear();
  EXPECT_EQ(http_client(port()).get("/readyz").status, 503);
}

TEST_F(health, is_alive_though_not_ready) {
  health_.state = {{"store", false, ""}};
  const auto response = http_client(port()).get("/healthz");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "ok\n");
}

TEST_F(health, gives_metrics_as_text) {
  const auto response = http_client(port()).get("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("Content-Type"), exposition_type);
  EXPECT_THAT(response.body, HasSubstr("beckon_http_connections 1\n"));
}

}  // namespace
}  // namespace beckon::adapters
