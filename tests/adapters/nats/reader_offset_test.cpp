// Offsets that fit their stream, aged out, or belong to a stream that lost its tail or was made
// anew.
#include <filesystem>

#include "tests/adapters/nats/reader_fixture.hpp"

namespace beckon::tests {
namespace {

using reader_offset_test = reader_fixture;

TEST_F(reader_offset_test, starts_behind_its_offset) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 20));
  recorder into;
  const auto reader = read(into, offset_at(12));
  ASSERT_TRUE(into.wait_for_messages(8));
  expect_contiguous(into.seen(), 13);
  EXPECT_EQ(into.created_ns(), created_);
}

TEST_F(reader_offset_test, starts_at_the_first_message_left_when_the_offset_aged_out) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 20));
  const auto old = offset_at(5);
  ASSERT_TRUE(bus_->purge_below("S", 11));
  recorder into;
  const auto reader = read(into, old);
  ASSERT_TRUE(into.wait_for_messages(10));
  expect_contiguous(into.seen(), 11);
}

TEST_F(reader_offset_test, reads_on_in_a_stream_that_was_purged_whole) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 20));
  const auto old = offset_at(5);
  ASSERT_TRUE(bus_->purge_below("S", 21));
  recorder into;
  const auto reader = read(into, old);
  ASSERT_TRUE(into.wait_for_empty());
  ASSERT_TRUE(fill(*bus_, "a", 21, 3));
  ASSERT_TRUE(into.wait_for_messages(3));
  expect_contiguous(into.seen(), 21);
}

TEST_F(reader_offset_test, stops_when_the_store_was_wiped_under_it) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 10));
  recorder into;
  const auto reader = read(into);
  ASSERT_TRUE(into.wait_for_messages(10));
  server_.stop();
  std::filesystem::remove_all(server_.store());
  server_.start();
  ASSERT_TRUE(into.wait_for_mismatch());
  EXPECT_FALSE(into.health().back());
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  recorder fresh;
  const auto other = read(fresh, {created_, 10, 1});
  ASSERT_TRUE(fresh.wait_for_mismatch());
  EXPECT_THAT(fresh.why(), testing::HasSubstr("made anew"));
  EXPECT_TRUE(fresh.seen().empty());
}

TEST_F(reader_offset_test, stops_when_the_stream_was_made_anew_while_it_was_idle) {
  recorder into;
  const auto reader = read(into);
  ASSERT_TRUE(into.wait_for_empty());
  ASSERT_THAT(api("STREAM.DELETE.S"), testing::HasSubstr("\"success\":true"));
  ASSERT_TRUE(bus_->ensure_stream(stream("S", "a")));
  ASSERT_TRUE(into.wait_for_mismatch());
}

TEST_F(reader_offset_test, stops_when_the_tail_was_lost) {
  ASSERT_TRUE(fill(*bus_, "a", 1, 10));
  server_.stop();
  const auto copy = server_.store() + ".copy";
  std::filesystem::copy(server_.store(), copy, std::filesystem::copy_options::recursive);
  server_.start();
  ASSERT_TRUE(eventually([&] { return bus_->connected(); }));
  ASSERT_TRUE(fill(*bus_, "a", 11, 10));
  recorder into;
  const auto reader = read(into);
  ASSERT_TRUE(into.wait_for_messages(20));
  const auto last = into.seen().back();
  server_.stop();
  std::filesystem::remove_all(server_.store());
  std::filesystem::rename(copy, server_.store());
  server_.start();
  ASSERT_TRUE(into.wait_for_mismatch());
  EXPECT_THAT(into.why(), testing::HasSubstr("ends at 10"));

  // The same sequences are given again, to other messages.
  ASSERT_TRUE(eventually([&] { return bus_->connected(); }));
  ASSERT_TRUE(fill(*bus_, "a", 100, 15));
  recorder later;
  const auto other = read(later, {created_, last.sequence, last.broker_time_ns});
  ASSERT_TRUE(later.wait_for_mismatch());
  EXPECT_THAT(later.why(), testing::HasSubstr("not the one"));
  EXPECT_TRUE(later.seen().empty());
}

TEST_F(reader_offset_test, waits_for_a_stream_that_does_not_exist_yet) {
  recorder into;
  port::reader_settings settings;
  settings.stream = "LATER";
  const auto reader = bus_->read(settings, into);
  ASSERT_TRUE(reader);
  (*reader)->grant(10);
  ASSERT_TRUE(bus_->ensure_stream(stream("LATER", "later")));
  ASSERT_TRUE(publish(*bus_, "later", "x"));
  EXPECT_TRUE(into.wait_for_messages(1));
}

}  // namespace
}  // namespace beckon::tests
