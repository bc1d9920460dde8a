#include "adapters/http/listener/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http/ingest/item_texts.hpp"
#include "adapters/http/listener/routes.hpp"

namespace beckon::adapters {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

http_request request_for(std::string_view method, std::string_view path) {
  http_request out;
  out.method = method;
  out.path = path;
  return out;
}

TEST(parameter, is_decoded) {
  http_request r;
  r.query = "a=1&b=x%20y+z&c&=d&b=second&bad=%4&e%3D=f";
  EXPECT_EQ(r.parameter("a"), "1");
  EXPECT_EQ(r.parameter("b"), "x y z");
  EXPECT_EQ(r.parameter("c"), "");
  EXPECT_EQ(r.parameter("e="), "f");
  EXPECT_EQ(r.parameter("bad"), std::nullopt);
  EXPECT_EQ(r.parameter("none"), std::nullopt);
}

TEST(header, is_found_in_any_case) {
  http_request r;
  r.headers = {{"content-TYPE", "x"}, {"Content-Type", "y"}};
  EXPECT_EQ(r.header("Content-Type"), "x");
  EXPECT_EQ(r.header("Accept"), "");
}

TEST(response, is_written_with_length_type_and_connection) {
  const http_response r{503, "text/plain", "busy", {{"Retry-After", "1"}}};
  EXPECT_EQ(to_bytes(r, false, true, "D"),
            "HTTP/1.1 503 Service Unavailable\r\nDate: D\r\nConnection: close\r\nRetry-After: 1\r\n"
            "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nbusy");
  EXPECT_EQ(to_bytes({204}, true, true, "D"), "HTTP/1.1 204 No Content\r\nDate: D\r\n\r\n");
}

class routes : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* pattern : {"/v1/track", "/v1/{source}/track"}) {
      routes_.add("POST", pattern, pattern, [](const http_request&, const http_answer&) {});
    }
    routes_.add("GET", "/healthz", "h", [](const http_request&, const http_answer&) {});
  }
  std::string found(http_request request) { return found_in(request); }
  std::string found_in(http_request& request) {
    const auto f = routes_.find(request);
    return f.route == nullptr ? "" : f.route->name;
  }
  http_routes routes_;
};

TEST_F(routes, find_by_method_and_path) {
  EXPECT_EQ(found(request_for("POST", "/v1/track")), "/v1/track");
  EXPECT_EQ(found(request_for("GET", "/healthz")), "h");
  EXPECT_EQ(found(request_for("HEAD", "/healthz")), "h");
}

TEST_F(routes, capture_segments) {
  http_request r = request_for("POST", "/v1/shop/track");
  EXPECT_EQ(found_in(r), "/v1/{source}/track");
  EXPECT_THAT(r.captured, ElementsAre("shop"));
}

TEST_F(routes, do_not_find_almost_right_paths) {
  for (const char* path : {"", "/", "*", "v1/track", "/v1/track/", "/v1//track", "/v1/a/b/track",
                           "/V1/track", "/healthz/x"}) {
    EXPECT_EQ(found(request_for("POST", path)), "") << path;
  }
}

TEST_F(routes, say_what_a_path_takes) {
  http_request r = request_for("GET", "/v1/track");
  EXPECT_EQ(routes_.find(r).allowed, "POST");
  r.path = "/none";
  EXPECT_EQ(routes_.find(r).allowed, "");
}

std::vector<std::string> texts(std::string_view body) {
  std::vector<std::string> out;
  const auto split = split_batch(body, 100);
  if (!split) return {"error: " + split.error().message};
  for (const item_text& item : split->items)
    out.push_back(item.pointer + " " + std::string(item.text));
  return out;
}

TEST(split_batch, finds_items_with_brackets_and_quotes_in_texts) {
  EXPECT_THAT(
      texts(
          R"( { "x" : [1, {"batch":[9]}], "batch" : [ {"a":"}]\"\\"} , 12 ,"s" , [ ] ] , "y":null } )"),
      ElementsAre(R"(/batch/0 {"a":"}]\"\\"})", "/batch/1 12", "/batch/2 \"s\"", "/batch/3 [ ]"));
  EXPECT_THAT(texts("[{},{\"a\":[{}]}]"), ElementsAre("/0 {}", "/1 {\"a\":[{}]}"));
  EXPECT_THAT(texts("[]"), IsEmpty());
}

TEST(split_batch, leaves_the_rest_to_be_checked) {
  EXPECT_EQ(split_batch(R"({"a":1,"batch":[{"x":2}],"b":[3]} )", 100)->rest,
            R"({"a":1,"batch":null,"b":[3]})");
  EXPECT_EQ(split_batch("[1]", 100)->rest, "");
}

TEST(split_batch, never_reads_beyond_any_cut_of_a_body) {
  const std::string whole = R"({"a":"\"","batch":[{"b":[1,{"c":"\\"}]},2],"d":{}})";
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(split_batch(std::string(whole.substr(0, n)), 100).ok()) << n;
  }
  EXPECT_TRUE(split_batch(whole, 100).ok());
}

}  // namespace
}  // namespace beckon::adapters
