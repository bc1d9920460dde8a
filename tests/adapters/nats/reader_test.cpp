// Reading queues from a real server: contiguity, credit, restoration, emptiness.
#include <filesystem>

#include "tests/adapters/nats/reader_fixture.hpp"

namespace beckon::tests {
namespace {

using reader_test = reader_fixture;

TEST_F(reader_test, reads_everything_in_order) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 100));
  recorder into;
  const auto reader = read(into);
  ASSERT_TRUE(into.wait_for_messages(100));
  const auto seen = into.seen();
  expect_contiguous(seen, 1);
  EXPECT_EQ(seen.front().subject, "a");
  EXPECT_EQ(seen.front().broker_time_ns, bus_->get("S", 1)->value().broker_time_ns);
  EXPECT_EQ(into.pending(), 0U);
  EXPECT_THAT(into.health(), testing::ElementsAre(true));
}

TEST_F(reader_test, hands_over_no_more_than_granted) {
  constexpr std::size_t all = 100'000;
  ASSERT_TRUE(fill(*bus_, "a", 1, all));
  recorder into;
  const auto reader = read(into, {}, 0);
  std::size_t granted = 0;
  // Odd amounts, so that credit ends inside requests.
  for (const std::uint32_t part : {1U, 7U, 64U, 333U, 5000U, 1U, 40'000U, 54'594U}) {
    reader->grant(part);
    granted += part;
    ASSERT_TRUE(into.wait_for_messages(granted));
    ASSERT_EQ(into.seen().size(), granted);
  }
  ASSERT_EQ(granted, all);
  expect_contiguous(into.seen(), 1);
}

TEST_F(reader_test, gives_headers_only_where_asked_for) {
  ASSERT_TRUE(publish(*bus_, "a", "1", "some-id"));
  recorder with;
  recorder without;
  port::reader_settings settings;
  settings.stream = "S";
  const auto plain = bus_->read(settings, without);
  settings.with_headers = true;
  const auto full = bus_->read(settings, with);
  ASSERT_TRUE(plain && full);
  (*plain)->grant(10);
  (*full)->grant(10);
  ASSERT_TRUE(with.wait_for_messages(1) && without.wait_for_messages(1));
  EXPECT_THAT(with.seen().front().headers,
              testing::Contains(testing::Pair("Nats-Msg-Id", "some-id")));
  EXPECT_TRUE(without.seen().front().headers.empty());
}

TEST_F(reader_test, goes_on_where_it_was_after_the_broker_was_killed) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 5000));
  recorder into;
  const auto reader = read(into, {}, 3000);
  ASSERT_TRUE(into.wait_for_messages(3000));
  reader->grant(1'000'000);
  server_.kill();
  ASSERT_TRUE(into.wait_for_health(false));
  server_.start();
  ASSERT_TRUE(into.wait_for_health(true));
  ASSERT_TRUE(eventually([&] { return bus_->connected(); }));
  ASSERT_TRUE(fill(*bus_, "a", 5001, 1000));
  ASSERT_TRUE(into.wait_for_messages(6000));
  expect_contiguous(into.seen(), 1);
  EXPECT_EQ(into.why(), "");
}

TEST_F(reader_test, loses_nothing_when_the_broker_dies_while_messages_flow) {
  constexpr std::size_t all = 100'000;
  ASSERT_TRUE(fill(*bus_, "a", 1, all));
  recorder into;
  const auto reader = read(into);
  for (const std::size_t at : {5'000U, 30'000U, 60'000U}) {
    ASSERT_TRUE(into.wait_for_messages(at));
    server_.kill();
    server_.start();
  }
  ASSERT_TRUE(into.wait_for_messages(all));
  ASSERT_EQ(into.seen().size(), all);
  expect_contiguous(into.seen(), 1);
  EXPECT_EQ(into.why(), "");
}

TEST_F(reader_test, makes_its_consumer_anew_when_somebody_deletes_it) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 10));
  recorder into;
  const auto reader = read(into);
  ASSERT_TRUE(into.wait_for_messages(10));
  const auto names = api("CONSUMER.NAMES.S");
  const auto at = names.find("\"consumers\":[\"") + 14;
  const auto consumer = names.substr(at, names.find('"', at) - at);
  ASSERT_THAT(api("CONSUMER.DELETE.S." + consumer), testing::HasSubstr("\"success\":true"));
  ASSERT_TRUE(fill(*bus_, "a", 11, 10));
  ASSERT_TRUE(into.wait_for_messages(20));
  expect_contiguous(into.seen(), 1);
  EXPECT_THAT(into.health(), testing::ElementsAre(true, false, true));
}

TEST_F(reader_test, recovers_from_a_broker_that_hung) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 10));
  recorder into;
  const auto reader = read(into);
  ASSERT_TRUE(into.wait_for_messages(10));
  server_.freeze();
  const bool noticed = into.wait_for_health(false);
  server_.thaw();
  ASSERT_TRUE(noticed);
  ASSERT_TRUE(into.wait_for_health(true));
  ASSERT_TRUE(fill(*bus_, "a", 11, 10));
  ASSERT_TRUE(into.wait_for_messages(20));
  expect_contiguous(into.seen(), 1);
}

TEST_F(reader_test, leaves_no_consumer_behind) {
  recorder into;
  {
    const auto reader = read(into);
    ASSERT_TRUE(into.wait_for_health(true));
    EXPECT_THAT(api("CONSUMER.NAMES.S"), testing::HasSubstr("\"total\":1"));
  }
  EXPECT_TRUE(
      eventually([&] { return api("CONSUMER.NAMES.S").find("\"total\":0") != std::string::npos; }));
}

TEST_F(reader_test, says_empty_only_when_read_to_the_end) {
  recorder into;
  const auto reader = read(into, {}, 0);
  ASSERT_TRUE(into.wait_for_empty()) << "an empty stream is empty without credit";
  ASSERT_TRUE(fill(*bus_, "a", 1, 10));
  const auto filled = std::chrono::system_clock::now();
  reader->grant(9);
  ASSERT_TRUE(into.wait_for_messages(9));
  reader->grant(1);
  ASSERT_TRUE(into.wait_for_messages(10));
  ASSERT_TRUE(into.wait_for_empty());
  for (const auto& one : into.empties()) {
    if (one.sent > filled) {
      EXPECT_EQ(one.seen, 10U);
    }
  }
}

TEST_F(reader_test, never_says_empty_before_a_message_that_was_acked_earlier) {
  recorder into;
  const auto reader = read(into);
  std::vector<timestamp> acked;
  for (int round = 0; round < 25; ++round) {
    ASSERT_TRUE(into.wait_for_empty());
    ASSERT_TRUE(fill(*bus_, "a", round * 20 + 1, 20));
    const auto now = std::chrono::ceil<duration>(std::chrono::system_clock::now());
    acked.insert(acked.end(), 20, now);
  }
  ASSERT_TRUE(into.wait_for_messages(acked.size()));
  for (const auto& one : into.empties()) {
    const auto stored =
        std::count_if(acked.begin(), acked.end(), [&](timestamp at) { return at < one.sent; });
    EXPECT_GE(one.seen, static_cast<std::size_t>(stored));
  }
}

// A message may overtake the answer to "are you empty?": that is no sign of a lost stream.
TEST_F(reader_test, stays_healthy_while_messages_and_probes_cross) {
  auto options = server_.options();
  options.idle_probe = 0ms;
  const auto probing = must_connect(options);
  recorder into;
  const auto reader = probing->read({.stream = "S", .after = {}}, into);
  ASSERT_TRUE(reader);
  (*reader)->grant(1'000'000);
  ASSERT_TRUE(into.wait_for_health(true));
  for (int i = 1; i <= 3000; ++i) ASSERT_TRUE(fill(*bus_, "a", i, 1));
  ASSERT_TRUE(into.wait_for_messages(3000));
  EXPECT_THAT(into.health(), testing::ElementsAre(true));
}

TEST_F(reader_test, is_silent_after_its_destructor) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 20'000));
  for (int round = 0; round < 20; ++round) {
    auto into = std::make_unique<recorder>();
    auto reader = read(*into);
    ASSERT_TRUE(into->wait_for_messages(static_cast<std::size_t>(round) * 50 + 1));
    reader.reset();
    into.reset();  // a later call would touch freed memory
  }
}

TEST_F(reader_test, many_readers_share_the_threads) {
  constexpr int readers = 64;
  std::vector<std::unique_ptr<recorder>> into;
  std::vector<std::unique_ptr<port::queue_reader>> open;
  ASSERT_TRUE(fill(*bus_, "a", 1, 200));
  for (int i = 0; i < readers; ++i) {
    into.push_back(std::make_unique<recorder>());
    open.push_back(read(*into.back()));
  }
  const auto threads = std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
  EXPECT_LT(threads, 24);
  for (const auto& one : into) {
    ASSERT_TRUE(one->wait_for_messages(200));
    expect_contiguous(one->seen(), 1);
  }
}

TEST_F(reader_test, outlives_its_bus) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 10));
  recorder into;
  const auto reader = read(into, {}, 5);
  ASSERT_TRUE(into.wait_for_messages(5));
  bus_.reset();
  reader->grant(5);
  EXPECT_TRUE(into.wait_for_messages(10));
}

TEST_F(reader_test, refuses_a_name_that_no_stream_can_have) {
  recorder into;
  port::reader_settings settings;
  settings.stream = "a.b";
  const auto reader = bus_->read(settings, into);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, errc::invalid);
}

}  // namespace
}  // namespace beckon::tests
