#include "messages/codec/rows.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "messages/codec/fan_out_rows.hpp"

namespace beckon::codec {
namespace {

/// Bytes that are no Protobuf message: a length that goes beyond the end.
const std::string garbage = "\x0A\x7F";

TEST(directory_row, comes_back) {
  for (const directory_row row :
       {directory_row{}, directory_row{from_ms(-5), 7, 1},
        directory_row{from_ms(1'700'000'000'000), std::numeric_limits<std::uint64_t>::max(), 7}}) {
    const auto read = decode_directory(encode_directory(row));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, row);
  }
  EXPECT_EQ(decode_directory(garbage).error().code, errc::corrupt);
}

TEST(directory_row, a_deadline_in_the_first_millisecond_of_1970_is_still_a_deadline) {
  EXPECT_EQ(decode_directory(encode_directory({from_ms(0), 0, 0}))->deadline, from_ms(1));
}

TEST(ledger_row, comes_back_in_order) {
  std::vector<outreach::reservation> sends(2);
  sends[0] = {{1, 2}, "remind", "push", from_ms(10)};
  sends[1] = {{3, 4}, "thank", "", from_ms(20)};
  const auto read = decode_ledger(encode_ledger(sends));
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ((*read)[i].delivery, sends[i].delivery);
    EXPECT_EQ((*read)[i].action, sends[i].action);
    EXPECT_EQ((*read)[i].channel, sends[i].channel);
    EXPECT_EQ((*read)[i].time, sends[i].time);
  }
  EXPECT_EQ(decode_ledger(garbage).error().code, errc::corrupt);
  v1::LedgerRow short_id;
  short_id.add_reservations()->set_delivery_id("short");
  EXPECT_EQ(decode_ledger(short_id.SerializeAsString()).error().code, errc::corrupt);
}

TEST(profile_row, comes_back) {
  const field_list profile = {{"name", "Ann"},
                              {"age", 44},
                              {"score", 0.5},
                              {"muted", false},
                              {"since", from_ms(5)},
                              {"pause", duration{6}},
                              {"tags", value_list{"a", 1, value_list{2, {}}}},
                              {"nothing", {}}};
  const auto read = decode_profile(encode_profile(profile));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, profile);
  EXPECT_EQ(decode_profile(garbage).error().code, errc::corrupt);
}

TEST(profile_row, lists_deeper_than_the_limit_are_cut) {
  value deep = 1;
  for (int i = 0; i < 100; ++i) deep = value_list{deep};
  const auto read = decode_profile(encode_profile({{"deep", deep}}));
  ASSERT_TRUE(read.ok());
  int depth = 0;
  const value* at = find_field(*read, "deep");
  for (; at->as_list() != nullptr; ++depth) at = &at->as_list()->front();
  EXPECT_TRUE(at->is_null());
  EXPECT_LE(depth, 17);
}

TEST(subject_row, comes_back) {
  const subject_row row{
      {"item", "i1"}, std::string("\0x", 2), {{"event bytes", {"buyer", "seller"}}, {"", {}}}};
  const auto read = decode_subject_row(encode_subject_row(row));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->who, row.who);
  EXPECT_EQ(read->state, row.state);
  EXPECT_EQ(read->held, row.held);
  EXPECT_EQ(decode_subject_row(garbage).error().code, errc::corrupt);
}

outbox_row some_outbox_row() {
  outbox_row row;
  row.delivery = {1, 2};
  row.occurrence = {3, 4};
  row.who = {"user", "u1"};
  row.rule = "r";
  row.rule_version = "v";
  row.action = "a";
  row.channel = "c";
  row.content_type = "t";
  row.body = "b";
  row.address = "x";
  row.fired = from_ms(1);
  row.decided = from_ms(2);
  row.attempt = 5;
  row.may_have_taken_effect = true;
  row.when_unknown = delivery::ambiguity::at_most_once;
  row.attempting = true;
  return row;
}

TEST(outbox_row, comes_back) {
  outbox_row row = some_outbox_row();
  row.expires = from_ms(3);
  row.retry_at = from_ms(4);
  row.arrival = from_ms(5);
  row.redriven = 6;
  const auto read = decode_outbox(encode_outbox(row));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, row);
  EXPECT_EQ(decode_outbox(garbage).error().code, errc::corrupt);
}

TEST(outbox_row, knows_never_at_once_and_no_arrival) {
  const auto read = decode_outbox(encode_outbox(some_outbox_row()));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->expires, never);
  EXPECT_EQ(read->retry_at, beginning);
  EXPECT_EQ(read->arrival, beginning);
}

TEST(outbox_key, sorts_by_order) {
  EXPECT_LT(outbox_key(255), outbox_key(256));
  EXPECT_LT(outbox_key(1), outbox_key(std::uint64_t{1} << 63));
  EXPECT_EQ(*outbox_order(outbox_key(123'456'789'012)), 123'456'789'012u);
  EXPECT_EQ(outbox_order("short").error().code, errc::corrupt);
}

TEST(dead_letter_row, comes_back) {
  dead_letter_row row;
  row.id = {1, 2};
  row.actor = "session";
  row.reason = "threw";
  row.who = {"user", "u1"};
  row.input = "entry";
  row.time = from_ms(3);
  row.first_arrival = from_ms(4);
  row.source = "shop";
  row.event_id = "e";
  row.event_type = "order_paid";
  row.partition = 5;
  row.epoch = 6;
  const auto read = decode_dead_letter(encode_dead_letter(row));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(encode_dead_letter(*read), encode_dead_letter(row));
  EXPECT_EQ(read->id, row.id);
  EXPECT_EQ(read->first_arrival, row.first_arrival);
  EXPECT_EQ(read->event_type, row.event_type);
  EXPECT_EQ(read->epoch, row.epoch);
  EXPECT_EQ(decode_dead_letter(garbage).error().code, errc::corrupt);
}

TEST(job_row, comes_back) {
  epoch::fan_out_job job;
  job.occurrence = {1, 2};
  job.owner = {"item", "7"};
  job.rule = "drop";
  job.rule_version = "0123abcd";
  job.relation = "fav";
  job.key = "k";
  job.fired = from_ms(5'000);
  job.arrival = from_ms(6'000);
  job.returns = {{"price", 3.5}, {"none", value()}};
  job.told_up_to = "u9";
  job.told = 9;
  auto read = decode_job(encode_job(job));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, job);
  job.arrival = beginning;
  read = decode_job(encode_job(job));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, job);
  EXPECT_EQ(decode_job(garbage).error().code, errc::corrupt);
  EXPECT_EQ(decode_job("").error().code, errc::corrupt) << "no occurrence";
}

TEST(derived_row, comes_back) {
  const auto read = decode_derived(encode_derived({3, "body"}));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->partition, 3u);
  EXPECT_EQ(read->body, "body");
  EXPECT_EQ(decode_derived(garbage).error().code, errc::corrupt);
}

}  // namespace
}  // namespace beckon::codec
