#include "messages/codec/commit_codec.hpp"

#include <gtest/gtest.h>

#include "beckon/v1/track.pb.h"
#include "messages/codec/commit_writer.hpp"

namespace beckon::codec {
namespace {

v1::TrackBatch batch_of(std::initializer_list<std::int64_t> decided) {
  v1::TrackBatch out;
  out.set_partition(3);
  out.set_epoch(300);
  for (const std::int64_t ms : decided) {
    v1::TrackRecord& record = *out.add_records();
    record.set_rule("r");
    record.set_decided_ms(ms);
    record.set_partition(3);
  }
  return out;
}

TEST(decided_at, is_the_time_of_the_first_decision) {
  EXPECT_EQ(*decided_at(batch_of({-7, 9}).SerializeAsString()), from_ms(-7));
}

TEST(decided_at, is_none_without_decisions) {
  EXPECT_EQ(*decided_at(batch_of({}).SerializeAsString()), std::nullopt);
  EXPECT_EQ(*decided_at(""), std::nullopt);
}

TEST(decided_at, refuses_what_was_cut_off) {
  const std::string whole = batch_of({1'700'000'000'000}).SerializeAsString();
  for (std::size_t size = whole.size() - 1; size > 6; --size) {
    EXPECT_FALSE(decided_at(whole.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(decided_at("\xFF\xFF\xFF").ok());
}

TEST(check_follows, names_what_is_wrong) {
  v1::CommitRecord record;
  record.set_partition(2);
  record.set_epoch(8);
  record.set_previous(7);
  record.set_incarnation(3);
  EXPECT_TRUE(check_follows({7, 3, 0}, record).ok());
  EXPECT_TRUE(check_follows({7, 2, 0}, record).ok());
  EXPECT_EQ(check_follows({6, 3, 0}, record).error().to_string(),
            "partition 2 epoch 8: the record follows epoch 7, but the last one is 6");
  EXPECT_EQ(check_follows({7, 4, 0}, record).error().code, errc::conflict);
  EXPECT_EQ(check_follows({7, 3, 1}, record).error().code, errc::conflict);
}

TEST(commit_writer, goes_on_behind_a_header) {
  commit_writer before({2, 8, 7, 3, 1});
  before.clock(from_ms(99));
  before.offset({"http", 1, 5, 9});
  before.door({"http", "node", 40, from_ms(98), false});
  before.forgotten({411});
  before.forgotten({412, 5});
  before.outbox_order(40);
  before.put(v1::Row::STATE, std::string(16, 'k'), "content");
  EXPECT_NE(before.finish().find("content"), std::string::npos);
  EXPECT_EQ(before.header().find("content"), std::string::npos);
  auto behind = commit_writer::behind(before.header(), 2);
  ASSERT_TRUE(behind);
  EXPECT_EQ(behind->rows(), 0U);
  google::protobuf::Arena arena;
  const auto bytes = behind->finish();
  const auto record = decode_commit(bytes, arena);
  ASSERT_TRUE(record);
  EXPECT_TRUE(check_follows({8, 3, 0}, **record));
  EXPECT_EQ((*record)->seen_dropped_hours_size(), 0);
  EXPECT_EQ((*record)->seen_dropped_size(), 0);
  const auto head = decode_head(behind->header());
  EXPECT_EQ(head->who.epoch, 9U);
  EXPECT_EQ(head->who.incarnation, 3U);
  EXPECT_EQ(head->clock, from_ms(99));
  EXPECT_EQ(head->offsets.at(0).sequence, 5U);
  EXPECT_EQ(head->doors.at(0).position, 40U);
  EXPECT_EQ(head->outbox_order, 40U);
}

TEST(commit_writer, begins_where_there_is_no_header) {
  auto first = commit_writer::behind("", 5);
  ASSERT_TRUE(first);
  const auto head = decode_head(first->header());
  EXPECT_EQ(head->who.partition, 5U);
  EXPECT_EQ(head->who.epoch, 1U);
  EXPECT_EQ(head->who.previous, 0U);
  EXPECT_EQ(head->clock, beginning);
  EXPECT_FALSE(commit_writer::behind("\xFF\xFF\xFF", 5));
}

TEST(head, keeps_what_a_new_incarnation_needs) {
  commit_writer writer({2, 8, 7, 3, 1});
  writer.outbox_order(40);
  writer.seen_since(timestamp{std::chrono::hours(412)} + duration(1));
  google::protobuf::Arena arena;
  const auto bytes = writer.finish();
  const auto record = decode_commit(bytes, arena);
  ASSERT_TRUE(record.ok());
  const auto head = decode_head(header_of(**record));
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->who.epoch, 8u);
  EXPECT_EQ(head->outbox_order, 40u);
  EXPECT_EQ(head->seen_since, timestamp{std::chrono::hours(412)} + duration(1));
  EXPECT_EQ((*record)->seen_since_hour(), 413) << "what a program before this one reads";
  EXPECT_EQ(decode_head(commit_writer({2, 8, 7, 3, 1}).finish())->seen_since, std::nullopt);
}

TEST(head, of_a_program_before_this_one_says_the_hour) {
  v1::CommitRecord record;
  record.set_seen_since_hour(412);
  EXPECT_EQ(decode_head(record.SerializeAsString())->seen_since,
            timestamp{std::chrono::hours(412)});
}

TEST(commit_writer, says_of_deduplication_keys_when_the_last_arrived_and_which_are_forgotten) {
  commit_writer writer({2, 8, 7, 3, 1});
  writer.seen(from_ms(3'600'005), {1, 1});
  writer.seen(from_ms(3'600'009), {2, 2});
  writer.seen(from_ms(3'600'007), {3, 3});
  writer.seen(from_ms(-5), {4, 4});
  writer.forgotten({7});
  writer.forgotten({8, 6});
  google::protobuf::Arena arena;
  const auto bytes = writer.finish();
  const auto record = decode_commit(bytes, arena);
  ASSERT_TRUE(record.ok());
  ASSERT_EQ((*record)->seen_size(), 2);
  EXPECT_EQ((*record)->seen(0).hour(), 1);
  EXPECT_EQ((*record)->seen(0).latest_ms(), 3'600'009);
  EXPECT_EQ((*record)->seen(0).keys(), to_bytes({1, 1}) + to_bytes({2, 2}) + to_bytes({3, 3}));
  EXPECT_EQ((*record)->seen(1).hour(), -1);
  EXPECT_EQ((*record)->seen(1).latest_ms(), -5);
  ASSERT_EQ((*record)->seen_dropped_hours_size(), 1);
  EXPECT_EQ((*record)->seen_dropped_hours(0), 7);
  ASSERT_EQ((*record)->seen_dropped_size(), 1);
  EXPECT_EQ((*record)->seen_dropped(0).hour(), 8);
  EXPECT_EQ((*record)->seen_dropped(0).below(), 6u);
}

}  // namespace
}  // namespace beckon::codec
