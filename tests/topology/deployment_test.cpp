#include "topology/parse/deployment.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/yaml/yaml.hpp"

namespace beckon::topology {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Files and variables of a make-believe machine.
secret_source outside() {
  return {[](const std::string& path) -> result<std::string> {
            if (path == "secrets/token") return std::string("t0ken");
            return error{errc::not_found, "no such file", path};
          },
          [](const std::string& name) -> std::optional<std::string> {
            if (name == "SHOP_KEY") return "k3y";
            return std::nullopt;
          }};
}

struct outcome {
  deployment read;
  problems found;
};

outcome parse(const std::string& text) {
  outcome o;
  const settings root = adapters::load_yaml(text, "beckon.yaml", o.found);
  o.read = parse_deployment(root, "shop", outside(), o.found);
  return o;
}

/// "line:column message" of each problem.
std::vector<std::string> places(const problems& found) {
  std::vector<std::string> out;
  for (const problem& p : found) {
    out.push_back(std::to_string(p.line) + ":" + std::to_string(p.column) + " " + p.message);
  }
  return out;
}

TEST(deployment, has_defaults_for_everything) {
  const outcome o = parse("name: shop\n");
  EXPECT_THAT(places(o.found), IsEmpty());
  deployment expected = default_deployment("shop");
  expected.name = "shop";
  EXPECT_EQ(o.read, expected);
  EXPECT_EQ(o.read.data, "shop/data");
  EXPECT_EQ(o.read.partitions, 16U);
  ASSERT_EQ(o.read.sources.size(), 1U);
  EXPECT_EQ(o.read.sources[0].id, "web");
}

TEST(deployment, reads_every_section) {
  const outcome o = parse(R"(
prefix: acme.beckon
node: node-7
zone: Asia/Shanghai
data: /var/lib/beckon
clock: event
partitions: 64
bus: {url: "nats://broker:4222", token_file: secrets/token}
http:
  listen: 0.0.0.0:8080
  keys: [{id: web, secret_env: SHOP_KEY, source: web}]
sources:
  - {id: web, kind: http, out_of_order: 5 s}
  - {id: shop, kind: nats, subject: shop.>, format: protobuf, max_bytes: 64 MiB, paused: true}
limits: {epoch_events: 100, epoch_time: 5 ms, quiet_epoch_time: 0 ms, dedup_bytes: 2 MiB}
supervision: {channel: {restarts: 1, within: 5 s, first: 1 ms, longest: 2 ms}}
rules: {on_change: drain, on_change_of: {pay: reset, "Order Completed": keep}}
ingest: {durability: broker, log_bytes: 64 MiB}
absence_grace: 500 ms
threads: 3
log: {level: warning, format: json}
)");
  EXPECT_THAT(places(o.found), IsEmpty());
  const deployment& d = o.read;
  EXPECT_EQ(d.prefix, "acme.beckon");
  EXPECT_EQ(d.node, "node-7");
  EXPECT_EQ(d.data, "/var/lib/beckon");
  EXPECT_EQ(d.clock, clock_mode::event);
  EXPECT_EQ(d.partitions, 64U);
  EXPECT_EQ(std::get<external_broker>(d.bus).token, "t0ken");
  ASSERT_EQ(d.http.keys.size(), 1U);
  EXPECT_EQ(d.http.keys[0].secret, "k3y");
  ASSERT_EQ(d.sources.size(), 2U);
  EXPECT_EQ(d.sources[0].out_of_order, duration{5'000});
  EXPECT_EQ(d.sources[1].format, wire_format::protobuf);
  EXPECT_EQ(d.sources[1].max_bytes, 64 * 1024 * 1024);
  EXPECT_TRUE(d.sources[1].paused);
  EXPECT_EQ(d.limits.epoch_time, duration{5});
  EXPECT_EQ(d.limits.quiet_epoch_time, duration{0});
  EXPECT_EQ(d.supervision.channel.longest, duration{2});
  EXPECT_EQ(d.supervision.rule.restarts, 5U);
  EXPECT_EQ(d.absence_grace, duration{500});
  EXPECT_EQ(d.ingest.durability, ingest_durability::by_broker);
  EXPECT_EQ(d.ingest.log_bytes, 64U << 20);
  EXPECT_EQ(d.rules.on_change, cep::fate::drain);
  EXPECT_EQ(d.rules.on_change_of,
            (std::map<std::string, cep::fate>{{"pay", cep::fate::reset},
                                              {"Order Completed", cep::fate::keep}}));
  EXPECT_EQ(d.log.format, log_format::json);
}

TEST(deployment, answers_when_the_log_has_it_unless_told_otherwise) {
  EXPECT_EQ(parse("name: shop\n").read.ingest.durability, ingest_durability::by_fsync);
  EXPECT_THAT(places(parse("ingest: {durability: never, log_bytes: 1 KiB}\n").found),
              ElementsAre(HasSubstr("durability"), HasSubstr("log_bytes")));
}

TEST(deployment, suggests_the_nearest_key) {
  const outcome o = parse("partitons: 16\n");
  ASSERT_EQ(o.found.size(), 1U);
  EXPECT_EQ(o.found[0].line, 1);
  EXPECT_THAT(o.found[0].hint, HasSubstr("partitions"));
}

TEST(deployment, wants_a_power_of_two) {
  const outcome o = parse("name: shop\npartitions: 12\n");
  EXPECT_THAT(places(o.found), ElementsAre("2:13 'partitions' must be a power of two, not 12"));
  EXPECT_THAT(o.found[0].hint, HasSubstr("8 or 16"));
  EXPECT_EQ(o.read.partitions, 16U);
}

TEST(deployment, keeps_secrets_out_of_the_file) {
  const outcome o = parse(
      "bus: {url: 'nats://b:4222', token: abc}\nhttp: {keys: [{id: web, secret_env: NOPE}]}\n");
  EXPECT_THAT(places(o.found),
              ElementsAre(HasSubstr("a secret must not stand in the configuration"),
                          HasSubstr("the environment variable NOPE is not set")));
}

TEST(deployment, refuses_credentials_in_an_address) {
  const outcome o = parse("bus: {url: 'nats://me:pw@b:4222'}\n");
  EXPECT_THAT(places(o.found), ElementsAre(HasSubstr("must not hold credentials")));
}

TEST(deployment, finds_files_below_its_directory) {
  const outcome o =
      parse("bus: {url: 'tls://b:4222', creds: nats.creds, ca: /etc/ca.pem, replicas: 3}\n");
  EXPECT_THAT(o.found, IsEmpty());
  const auto& bus = std::get<external_broker>(o.read.bus);
  EXPECT_EQ(bus.creds_file, "shop/nats.creds");
  EXPECT_EQ(bus.ca_file, "/etc/ca.pem");
  EXPECT_EQ(bus.replicas, 3);
}

TEST(deployment, wants_a_key_where_others_can_reach_it) {
  EXPECT_THAT(places(parse("http: {listen: '0.0.0.0:80'}\n").found),
              ElementsAre(HasSubstr("reachable from other machines")));
  EXPECT_THAT(parse("http: {listen: '0.0.0.0:80', open: true}\n").found, IsEmpty());
  EXPECT_THAT(parse("http: {listen: '[::1]:80'}\n").found, IsEmpty());
  EXPECT_THAT(places(parse("http: {listen: '127.0.0.1'}\n").found),
              ElementsAre(HasSubstr("must be host:port")));
}

TEST(deployment, checks_sources) {
  const outcome o = parse(R"(sources:
  - {id: a, kind: http}
  - {id: a, kind: nats}
  - {id: "b c", kind: file}
  - {id: d, kind: http, subject: x}
)");
  EXPECT_THAT(places(o.found),
              ElementsAre(HasSubstr("3:5 nats source 'a' lacks 'subject'"),
                          HasSubstr("source 'a' is declared twice"),
                          HasSubstr("'id' must be a name"), HasSubstr("'kind' must be one of"),
                          HasSubstr("'subject' belongs to nats sources only")));
}

TEST(deployment, bounds_durations_and_sizes) {
  const outcome o =
      parse("limits: {epoch_time: 1 h, dedup_bytes: 3 parsecs}\nclock_wait_max: 5 m\n");
  EXPECT_THAT(places(o.found),
              ElementsAre(HasSubstr("'clock_wait_max'"),
                          HasSubstr("'epoch_time' must be from 1 ms to 10 s, not 1 h"),
                          HasSubstr("'dedup_bytes' must be a size from 1 MiB to 1 TiB")));
}

TEST(deployment, wants_a_back_off_that_grows) {
  const outcome o = parse("supervision: {rule: {first: 2 s, longest: 1 s}}\n");
  EXPECT_THAT(places(o.found),
              ElementsAre(HasSubstr("'longest' (1 s) is shorter than 'first' (2 s)")));
}

}  // namespace
}  // namespace beckon::topology
