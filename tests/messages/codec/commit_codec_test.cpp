#include "messages/codec/commit_codec.hpp"

#include <gtest/gtest.h>

#include "beckon/v1/track.pb.h"

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

}  // namespace
}  // namespace beckon::codec
