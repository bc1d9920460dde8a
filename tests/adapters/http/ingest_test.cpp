// Events through a real socket.
#include "adapters/http/ingest/ingest_routes.hpp"
#include "tests/adapters/http/http_fixture.hpp"

namespace beckon::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using ingest = http_test;

constexpr const char* one_track = R"({"event":"view","userId":"u1","properties":{"item":7}})";

TEST_F(ingest, takes_a_track_and_answers_202) {
  const auto response = post("/v1/track", one_track);
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body,
            "{\"accepted\":1,\"rejected\":0,\"items\":[{\"status\":\"accepted\"}]}\n");
  EXPECT_EQ(response.headers.at("Content-Type"), "application/json");
  const auto items = source_.items();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].pointer, "");
  EXPECT_THAT(items[0].json, ElementsAre(field{"event", "view"}, field{"userId", "u1"},
                                         field{"properties.item", 7}, field{"type", "track"}));
  EXPECT_THAT(source_.sources(), ElementsAre("web"));
}

TEST_F(ingest, takes_each_kind_by_its_path) {
  for (const std::string kind : {"track", "identify", "page", "screen"}) {
    EXPECT_EQ(post("/v1/" + kind, "{}").status, 202);
    EXPECT_EQ(*find_field(source_.items().back().json, "type"), value(kind));
  }
}

TEST_F(ingest, refuses_a_type_that_the_path_contradicts) {
  EXPECT_EQ(post("/v1/track", R"({"type":"track"})").status, 202);
  const auto response = post("/v1/track", R"({"type":"identify"})");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"/type\""));
}

TEST_F(ingest, names_the_source_by_path_query_or_default) {
  options_.default_source = "site";
  start();
  post("/v1/shop/track", "{}");
  post("/v1/track?source=app", "{}");
  post("/v1/track", "{}");
  EXPECT_THAT(source_.sources(), ElementsAre("shop", "app", "site"));
  EXPECT_EQ(post("/v1/no.such*/track", "{}").status, 400);
  EXPECT_EQ(post("/v1/track?source=%3E", "{}").status, 400);
}

TEST_F(ingest, takes_batches_as_object_and_as_list) {
  EXPECT_EQ(
      post("/v1/batch", R"({"batch":[{"type":"track"},{"type":"identify"}],"sentAt":"x"})").status,
      202);
  EXPECT_EQ(post("/v1/batch", R"([{"type":"track"}])").status, 202);
  const auto items = source_.items();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[1].pointer, "/batch/1");
  EXPECT_EQ(items[2].pointer, "/0");
  EXPECT_EQ(post("/v1/batch", R"({"batch":[]})").body,
            "{\"accepted\":0,\"rejected\":0,\"items\":[]}\n");
}

TEST_F(ingest, accepts_the_good_items_of_a_batch) {
  const std::string large = "{\"a\":\"" + std::string(options_.max_item, 'x') + "\"}";
  const auto response =
      post("/v1/batch", "{\"batch\":[{\"n\":0},7,{\"a\":1,\"a\":2},{\"a\":\"\xFF\"}," + large +
                            ",{\"n\":9223372036854775808},{\"n\":1}]}");
  EXPECT_EQ(response.status, 202);
  EXPECT_THAT(response.body, HasSubstr("\"accepted\":2,\"rejected\":5"));
  EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"/batch/1\""));
  EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"/batch/2\""));
  EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"/batch/3\""));
  EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"/batch/4\""));
  EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"/batch/5/n\""));
  const auto items = source_.items();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].pointer, "/batch/6");
}

TEST_F(ingest, puts_the_sources_verdicts_at_their_items) {
  source_.answer_by([](const auto& items) {
    std::vector<port::ingest_verdict> out(items.size(), {true, "", ""});
    out[1] = {false, items[1].pointer + "/properties/x", "must be a number"};
    return out;
  });
  const auto response = post("/v1/batch", R"([{"n":0},5,{"n":2},{"n":3}])");
  EXPECT_EQ(response.status, 202);
  EXPECT_THAT(response.body,
              HasSubstr("\"accepted\":2,\"rejected\":2,\"items\":[{\"status\":\"accepted\"},"
                        "{\"status\":\"rejected\",\"pointer\":\"/1\""));
  EXPECT_THAT(response.body,
              HasSubstr("{\"status\":\"rejected\",\"pointer\":\"/2/properties/x\",\"message\":"
                        "\"must be a number\"},{\"status\":\"accepted\"}]}"));
}

TEST_F(ingest, answers_400_with_the_pointer_when_nothing_was_taken) {
  source_.answer_by([](const auto&) {
    return std::vector<port::ingest_verdict>{{false, "/properties/price", "must be a \"number\""}};
  });
  const auto response = post("/v1/track", one_track);
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(
      response.body,
      HasSubstr(R"("error":{"pointer":"/properties/price","message":"must be a \"number\""})"));
}

struct bad_body {
  const char* name;
  std::string target;
  std::string body;
  int status;
};

void PrintTo(const bad_body& b, std::ostream* out) {
  *out << b.name;
}

class ingest_refuses : public http_test, public testing::WithParamInterface<bad_body> {};

TEST_P(ingest_refuses, and_stays_alive) {
  http_client client(port());
  const auto response = client.post(GetParam().target, GetParam().body);
  EXPECT_EQ(response.status, GetParam().status) << response.body;
  EXPECT_THAT(response.body, HasSubstr("\"error\":{"));
  EXPECT_TRUE(source_.items().empty());
  EXPECT_EQ(client.post("/v1/track", one_track).status, 202);
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    all, ingest_refuses,
    testing::Values(
        bad_body{"empty", "/v1/track", "", 400}, bad_body{"empty_batch_body", "/v1/batch", "", 400},
        bad_body{"no_json", "/v1/track", "hello", 400},
        bad_body{"cut_json", "/v1/track", "{\"a\":", 400},
        bad_body{"trailing", "/v1/track", "{} {}", 400}, bad_body{"list", "/v1/track", "[{}]", 400},
        bad_body{"duplicate_keys", "/v1/track", R"({"a":1,"a":2})", 400},
        bad_body{"duplicate_keys_by_escape", "/v1/track", R"({"a":1,"\u0061":2})", 400},
        bad_body{"bad_utf_8", "/v1/track", "{\"a\":\"\xC3\x28\"}", 400},
        bad_body{"lone_surrogate", "/v1/track", R"({"a":"\ud800"})", 400},
        bad_body{"nul", "/v1/track", std::string("{\"a\":\"\0\"}", 9), 400},
        bad_body{"nul_outside", "/v1/track", std::string("{}\0", 3), 400},
        bad_body{"overflow", "/v1/track", R"({"a":99999999999999999999})", 400},
        bad_body{"real_overflow", "/v1/track", R"({"a":1e999})", 400},
        bad_body{"deep", "/v1/track", repeated("{\"a\":", 1000) + "1" + repeated("}", 1000), 400},
        bad_body{"deep_lists", "/v1/batch", repeated("[", 100'000), 400},
        bad_body{"deep_item", "/v1/batch", "[" + repeated("[", 60) + repeated("]", 60) + "]", 400},
        bad_body{"crossed_brackets", "/v1/batch", R"([{"a":[}])", 400},
        bad_body{"batch_trailing_comma", "/v1/batch", R"([{},])", 400},
        bad_body{"batch_no_comma", "/v1/batch", R"([{} {}])", 400},
        bad_body{"batch_missing", "/v1/batch", R"({"items":[]})", 400},
        bad_body{"batch_no_list", "/v1/batch", R"({"batch":{}})", 400},
        bad_body{"batch_twice", "/v1/batch", R"({"batch":[],"batch":[]})", 400},
        bad_body{"batch_twice_by_escape", "/v1/batch", R"({"batch":[],"b\u0061tch":[]})", 400},
        bad_body{"batch_bad_rest", "/v1/batch", R"({"batch":[],"x":nul})", 400},
        bad_body{"batch_trailing", "/v1/batch", R"([]])", 400},
        bad_body{"batch_all_wrong", "/v1/batch", R"([1,"a",null])", 400},
        bad_body{"large_item", "/v1/track", "{\"a\":\"" + std::string(33 * 1024, 'x') + "\"}", 400},
        bad_body{"too_many", "/v1/batch", "[" + repeated("{},", 1000) + "{}]", 413}),
    [](const auto& at) { return std::string(at.param.name); });

TEST_F(ingest, answers_503_with_retry_after_when_the_source_cannot) {
  options_.retry_after = 7;
  start();
  for (const errc code : {errc::unavailable, errc::exhausted, errc::timeout}) {
    source_.answer_by([code](const auto&) { return error{code, "the stream is full"}; });
    const auto response = post("/v1/track", one_track);
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.headers.at("Retry-After"), "7");
    EXPECT_THAT(response.body, HasSubstr("the stream is full"));
  }
}

TEST_F(ingest, answers_404_for_an_unknown_source_and_500_for_bugs) {
  source_.answer_by([](const auto&) { return error{errc::not_found, "there is no source 'x'"}; });
  EXPECT_EQ(post("/v1/x/track", one_track).status, 404);
  source_.answer_by([](const auto&) { return error{errc::internal, "oops"}; });
  EXPECT_EQ(post("/v1/track", one_track).status, 500);
  source_.answer_by([](const auto&) { return std::vector<port::ingest_verdict>{}; });
  EXPECT_EQ(post("/v1/track", one_track).status, 500);
}

TEST_F(ingest, answers_503_when_no_verdict_comes_in_time_and_survives_a_late_one) {
  options_.answer_timeout = duration(50);
  start();
  source_.hold();
  http_client client(port());
  const auto response = client.post("/v1/track", one_track);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.at("Retry-After"), "1");
  source_.release();
  source_.answer_by([](const auto&) { return error{errc::not_found, "second"}; });
  EXPECT_EQ(client.post("/v1/track", one_track).status, 404);
}

TEST_F(ingest, survives_an_answer_after_the_listener_has_gone) {
  source_.hold();
  http_client client(port());
  client.send(post_text("/v1/track", one_track));
  ASSERT_TRUE(source_.wait_held(1));
  listener_.reset();
  source_.release();
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ingest, takes_json_only) {
  for (const char* type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json; charset=latin1\r\n"}) {
    http_client client(port());
    client.send(post_text("/v1/track", one_track, type));
    EXPECT_EQ(client.receive().status, 415) << type;
  }
  http_client client(port());
  client.send(
      post_text("/v1/track", one_track, "content-type: Application/JSON ; charset=\"UTF-8\"\r\n"));
  EXPECT_EQ(client.receive().status, 202);
}

TEST_F(ingest, asks_for_a_key_where_keys_are_set) {
  options_.keys = {{"shop", "s3cret", "shop"}, {"any", "other", ""}};
  start();
  EXPECT_EQ(post("/v1/track", one_track).headers.at("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(post("/v1/track", one_track, "Authorization: Bearer wrong\r\n").status, 401);
  EXPECT_EQ(post("/v1/track", one_track, "Authorization: Bearer \r\n").status, 401);
  EXPECT_EQ(post("/v1/track", one_track, "Authorization: Bearer s3cret\r\n").status, 202);
  EXPECT_EQ(post("/v1/track", one_track, "Authorization: Basic czNjcmV0Og==\r\n").status, 202);
  EXPECT_EQ(post("/v1/track?key=s3cret", one_track).status, 202);
  EXPECT_EQ(post("/v1/web/track", one_track, "Authorization: Bearer s3cret\r\n").status, 403);
  EXPECT_EQ(post("/v1/app/track", one_track, "Authorization: Bearer other\r\n").status, 202);
  EXPECT_THAT(source_.sources(), ElementsAre("shop", "shop", "shop", "app"));
}

TEST_F(ingest, lets_pages_of_allowed_origins_write) {
  options_.cors_origins = {"https://shop.example"};
  start();
  http_client client(port());
  client.send("OPTIONS /v1/track HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\n\r\n");
  const auto preflight = client.receive();
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers.at("Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_EQ(preflight.headers.at("Access-Control-Allow-Methods"), "POST");
  const auto sent = client.post("/v1/track", one_track, "Origin: https://shop.example\r\n");
  EXPECT_EQ(sent.headers.at("Access-Control-Allow-Origin"), "https://shop.example");
  client.send(post_text("/v1/track", one_track,
                        "Content-Type: text/plain\r\nOrigin: https://shop.example\r\n"));
  EXPECT_EQ(client.receive().status, 202);  // sendBeacon
  client.send("OPTIONS /v1/track HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n");
  EXPECT_EQ(client.receive().status, 403);
  const auto other = client.post("/v1/track", one_track, "Origin: https://evil.example\r\n");
  EXPECT_EQ(other.headers.count("Access-Control-Allow-Origin"), 0U);
}

TEST_F(ingest, counts_items_and_requests) {
  post("/v1/batch", R"([{},{},5])");
  post("/v1/track", "nonsense");
  const std::string text = probes_.exposition();
  EXPECT_THAT(text, HasSubstr("beckon_http_items_total{outcome=\"accepted\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("beckon_http_items_total{outcome=\"rejected\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("beckon_http_requests_total{route=\"batch\",status=\"2xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("beckon_http_requests_total{route=\"track\",status=\"4xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("beckon_http_request_seconds_count{route=\"batch\"} 1\n"));
  EXPECT_TRUE(probes_.problems().empty());
}

}  // namespace
}  // namespace beckon::adapters
