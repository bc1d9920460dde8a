#include "messages/codec/track_parts.hpp"

#include <gtest/gtest.h>

#include "beckon/v1/track.pb.h"

namespace beckon::codec {
namespace {

v1::TrackBatch batch_of(int records) {
  v1::TrackBatch b;
  b.set_partition(3);
  b.set_epoch(7);
  for (int i = 0; i < records; ++i) b.add_records()->set_subject_id("u-" + std::to_string(i));
  return b;
}

TEST(track_parts, of_a_small_batch_are_the_batch) {
  const auto bytes = batch_of(10).SerializeAsString();
  EXPECT_EQ(track_parts(bytes), std::vector{bytes});
}

TEST(track_parts, hold_all_records_in_order_and_name_the_epoch) {
  const auto whole = batch_of(1000);
  const auto parts = track_parts(whole.SerializeAsString(), 1000);
  EXPECT_GT(parts.size(), 5u);
  v1::TrackBatch together;
  for (const auto& bytes : parts) {
    v1::TrackBatch part;
    ASSERT_TRUE(part.ParseFromString(bytes));
    EXPECT_EQ(part.partition(), 3u);
    EXPECT_EQ(part.epoch(), 7u);
    EXPECT_LE(bytes.size(), 3000u) << "records have a little around them";
    EXPECT_GT(part.records_size(), 0);
    together.mutable_records()->MergeFrom(part.records());
  }
  together.set_partition(3);
  together.set_epoch(7);
  EXPECT_EQ(together.SerializeAsString(), whole.SerializeAsString());
}

TEST(track_parts, of_what_cannot_be_read_is_what_it_was) {
  EXPECT_EQ(track_parts("\xFF noise", 2), std::vector<std::string>{"\xFF noise"});
}

}  // namespace
}  // namespace beckon::codec
