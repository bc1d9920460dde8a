// Streams, publishing and core NATS against a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/nats/recorder.hpp"
#include "tests/support/nats_server.hpp"

namespace beckon::tests {
namespace {

using std::chrono_literals::operator""ms;

class bus_test : public testing::Test {
 protected:
  nats_server server_;
  std::unique_ptr<adapters::nats_bus> bus_ = must_connect(server_.options());
};

TEST_F(bus_test, makes_a_stream_and_finds_it_again) {
  const auto made = bus_->ensure_stream(stream("S", "a.b"));
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->name, "S");
  EXPECT_GT(made->created_ns, 1'700'000'000'000'000'000);
  EXPECT_EQ(made->last, 0U);
  const auto again = bus_->ensure_stream(stream("S", "a.b"));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(again->created_ns, made->created_ns);
}

TEST_F(bus_test, refuses_a_stream_with_other_subjects) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a.b")));
  const auto other = bus_->ensure_stream(stream("S", "a.c"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, errc::conflict);
}

TEST_F(bus_test, sets_new_limits_of_a_stream) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a", 1000)));
  const std::string large(5000, 'x');
  ASSERT_FALSE(publish(*bus_, "a", large));
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a", 100'000)));
  EXPECT_TRUE(publish(*bus_, "a", large));
}

TEST_F(bus_test, reports_what_is_not_there) {
  const auto none = bus_->info("NONE");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, errc::not_found);
  const auto bad = bus_->info("bad name");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, errc::invalid);
}

TEST_F(bus_test, stores_and_gives_back_messages) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a.>")));
  EXPECT_FALSE(bus_->last("S")->has_value());
  ASSERT_TRUE(publish(*bus_, "a.1", "first"));
  const auto ack = publish(*bus_, "a.2", std::string("a\0b", 3), "id-7");
  ASSERT_TRUE(ack) << ack.error().to_string();
  EXPECT_EQ(ack->stream, "S");
  EXPECT_EQ(ack->sequence, 2U);
  EXPECT_FALSE(ack->duplicate);

  const auto second = bus_->get("S", 2);
  ASSERT_TRUE(second);
  ASSERT_TRUE(second->has_value());
  EXPECT_EQ((*second)->subject, "a.2");
  EXPECT_EQ((*second)->data, std::string("a\0b", 3));
  EXPECT_THAT((*second)->headers, testing::Contains(testing::Pair("Nats-Msg-Id", "id-7")));
  EXPECT_GT((*second)->broker_time_ns, 1'700'000'000'000'000'000);
  EXPECT_EQ(bus_->last("S")->value().sequence, 2U);
  EXPECT_TRUE(bus_->get("S", 1)->value().headers.empty());
  EXPECT_FALSE(bus_->get("S", 3)->has_value());
  EXPECT_FALSE(bus_->get("S", 0)->has_value());
}

TEST_F(bus_test, tells_a_duplicate_by_its_id) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  ASSERT_TRUE(publish(*bus_, "a", "x", "same"));
  const auto again = publish(*bus_, "a", "x", "same");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->sequence, 1U);
  EXPECT_EQ(bus_->info("S")->messages, 1U);
}

TEST_F(bus_test, purges_below_a_sequence_and_nothing_else) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  ASSERT_TRUE(fill(*bus_, "a", 1, 10));
  for (const std::uint64_t nothing : {0, 1}) {
    ASSERT_TRUE(bus_->purge_below("S", nothing));
    EXPECT_EQ(bus_->info("S")->messages, 10U) << nothing;
  }
  ASSERT_TRUE(bus_->purge_below("S", 4));
  EXPECT_EQ(bus_->info("S")->first, 4U);
  EXPECT_FALSE(bus_->get("S", 3)->has_value());
  ASSERT_TRUE(bus_->purge_below("S", 1000));
  const auto empty = bus_->info("S");
  EXPECT_EQ(empty->messages, 0U);
  EXPECT_EQ(empty->last, 10U) << "a purge beyond the end must not move the next sequence";
  EXPECT_EQ(publish(*bus_, "a", "next")->sequence, 11U);
}

TEST_F(bus_test, says_exhausted_when_a_stream_is_full) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a", 2000)));
  const std::string data(900, 'x');
  ASSERT_TRUE(publish(*bus_, "a", data));
  ASSERT_TRUE(publish(*bus_, "a", data));
  const auto full = publish(*bus_, "a", data);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, errc::exhausted) << full.error().to_string();
  ASSERT_TRUE(bus_->purge_below("S", 2));
  EXPECT_TRUE(publish(*bus_, "a", data)) << "room was made";
}

TEST_F(bus_test, says_exhausted_for_a_message_the_broker_does_not_take) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  const auto large = publish(*bus_, "a", std::string(9 * 1024 * 1024, 'x'));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, errc::exhausted);
  EXPECT_TRUE(publish(*bus_, "a", std::string(4 * 1024 * 1024, 'x')));
}

TEST_F(bus_test, says_unavailable_when_no_stream_takes_the_subject) {
  const auto nobody = publish(*bus_, "nobody.there", "x");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, errc::unavailable);
}

TEST_F(bus_test, refuses_subjects_that_break_the_protocol) {
  for (const std::string bad : {"", "a b", "a\r\nPUB x 0", "a.*", ".a", "a..b"}) {
    const auto answer = publish(*bus_, bad, "x");
    ASSERT_FALSE(answer) << bad;
    EXPECT_EQ(answer.error().code, errc::invalid) << bad;
    EXPECT_FALSE(bus_->publish_unstored(bad, "x")) << bad;
  }
}

TEST_F(bus_test, keeps_the_order_of_publishing) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  answers all;
  for (int i = 1; i <= 5000; ++i) bus_->publish("a", std::to_string(i), "", all.take());
  ASSERT_TRUE(all.wait());
  const auto got = all.got();
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(got[i]);
    ASSERT_EQ(got[i]->sequence, i + 1);
  }
}

TEST_F(bus_test, answers_every_publish_once_when_the_broker_dies_under_load) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  answers all;
  for (int i = 0; i < 20'000; ++i) {
    bus_->publish("a", std::string(300, 'x'), "", all.take());
    if (i == 10'000) server_.kill();
  }
  ASSERT_TRUE(all.wait());
  EXPECT_TRUE(all.once_each());
  std::uint64_t stored = 0;
  for (const auto& one : all.got()) {
    if (one)
      ++stored;
    else
      EXPECT_THAT(one.error().code, testing::AnyOf(errc::timeout, errc::unavailable));
  }
  EXPECT_LT(stored, 20'000U);
  server_.start();
  const auto info = bus_->info("S");
  ASSERT_TRUE(info) << info.error().to_string();
  EXPECT_GE(info->messages, stored) << "an acked message was lost";
  EXPECT_TRUE(all.once_each());
}

TEST_F(bus_test, says_unavailable_while_the_broker_is_away_and_works_again_after) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  EXPECT_TRUE(bus_->connected());
  EXPECT_EQ(bus_->reconnects(), 0U);
  server_.stop();
  ASSERT_TRUE(eventually([&] { return !bus_->connected(); }));
  // The bus has two connections: what the publishing one wrote before it noticed is a timeout.
  result<port::publish_ack> away = error{errc::timeout, "not tried"};
  ASSERT_TRUE(eventually([&] {
    away = publish(*bus_, "a", "x");
    return away.ok() || away.error().code != errc::timeout;
  }));
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, errc::unavailable);
  server_.start();
  ASSERT_TRUE(eventually([&] { return bus_->connected(); }));
  EXPECT_TRUE(eventually([&] { return bus_->reconnects() == 1U; })) << "counted a moment later";
  EXPECT_EQ(publish(*bus_, "a", "y")->sequence, 1U) << "what failed was sent behind our back";
}

TEST_F(bus_test, answers_with_timeout_when_the_broker_hangs) {
  auto options = server_.options();
  options.ack_timeout = 200ms;
  const auto bus = must_connect(options);
  ASSERT_TRUE(bus->ensure_stream(stream("S", "a")));
  server_.freeze();
  const auto hung = publish(*bus, "a", "x");
  server_.thaw();
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().code, errc::timeout);
}

TEST_F(bus_test, bounds_what_is_unanswered) {
  auto options = server_.options();
  options.most_unacked = 10;
  options.ack_timeout = 500ms;
  const auto bus = must_connect(options);
  ASSERT_TRUE(bus->ensure_stream(stream("S", "a")));
  server_.freeze();
  answers all;
  for (int i = 0; i < 15; ++i) bus->publish("a", "x", "", all.take());
  EXPECT_TRUE(all.wait());
  server_.thaw();
  const auto got = all.got();
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_FALSE(got[i]);
    EXPECT_EQ(got[i].error().code, i < 10 ? errc::timeout : errc::unavailable) << i;
  }
}

TEST_F(bus_test, waits_for_the_broker_in_blocking_calls) {
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  server_.stop();
  std::thread back([&] { server_.start(); });
  const auto info = bus_->info("S");
  back.join();
  EXPECT_TRUE(info) << info.error().to_string();
}

TEST_F(bus_test, gives_up_blocking_calls_within_their_bound) {
  auto options = server_.options();
  options.admin_timeout = 300ms;
  const auto bus = must_connect(options);
  server_.stop();
  const auto info = bus->info("S");
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().code, errc::unavailable);
}

TEST_F(bus_test, passes_unstored_messages_to_subscribers) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> got;
  auto subscription =
      bus_->subscribe("core.*", [&](std::string_view subject, std::string_view data) {
        std::scoped_lock lock(mutex);
        got.push_back(std::string(subject) + "=" + std::string(data));
        changed.notify_all();
      });
  ASSERT_TRUE(subscription);
  const auto other = must_connect(server_.options());
  ASSERT_TRUE(other->publish_unstored("core.1", "hello"));
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, patience, [&] { return got.size() == 1; }));
    EXPECT_EQ(got.front(), "core.1=hello");
  }
  subscription->reset();
  ASSERT_TRUE(bus_->publish_unstored("core.2", "late"));
  // A blocking call behind it on the same connection: had it been delivered, it would have been by
  // now.
  auto behind = bus_->subscribe("core.behind", [&](std::string_view, std::string_view) {
    std::scoped_lock lock(mutex);
    got.push_back("behind");
    changed.notify_all();
  });
  ASSERT_TRUE(behind);
  ASSERT_TRUE(bus_->publish_unstored("core.behind", ""));
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, patience, [&] { return got.size() == 2; }));
  EXPECT_EQ(got.back(), "behind");
}

TEST_F(bus_test, does_not_connect_with_a_wrong_token) {
  auto options = server_.options();
  options.token = "wrong";
  options.connect_timeout = 300ms;
  const auto bus = adapters::nats_bus::connect(options);
  ASSERT_FALSE(bus);
  EXPECT_EQ(bus.error().code, errc::unavailable);
}

}  // namespace
}  // namespace beckon::tests
