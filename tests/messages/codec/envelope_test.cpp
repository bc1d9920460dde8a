#include "messages/codec/envelope.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "beckon/v1/envelope.pb.h"
#include "messages/codec/event_codec.hpp"
#include "tests/engine/access/access_fixture.hpp"

namespace beckon::codec {
namespace {

using ::testing::ElementsAre;

const std::vector<concerned_subject> subjects = {{{"user", "2"}, {"target_user_id"}},
                                                 {{"user", "1"}, {"user_id", "x"}}};

door_settings door_of_test() {
  door_settings d;
  d.name = "node-1";
  d.source = "shop";
  d.partitions = 4;
  return d;
}

outgoing_envelope sample(const std::string& body) {
  outgoing_envelope e;
  e.queue = 3;
  e.after = 41;
  e.clock = from_ms(1000);
  e.before = from_ms(900);
  e.low_water = 40;
  e.entries = {{42, from_ms(900), body}, {300, from_ms(950), body}};
  return e;
}

TEST(envelope, reads_what_it_wrote) {
  const std::string body = encode_entry_body(subjects, "\x0A\x01t");
  const std::string bytes = encode_envelope(door_of_test(), sample(body));
  const auto read = decode_envelope(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->door, "node-1");
  EXPECT_EQ(read->source, "shop");
  EXPECT_EQ(read->partition, 3u);
  EXPECT_EQ(read->kind, envelope_kind::entries);
  EXPECT_EQ(read->after, 41u);
  EXPECT_EQ(read->clock, from_ms(1000));
  EXPECT_EQ(read->before, from_ms(900));
  EXPECT_EQ(read->low_water, 40u);
  ASSERT_EQ(read->entries.size(), 2u);

  const auto first = decode_entry(read->entries[0]);
  const auto second = decode_entry(read->entries[1]);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->position, 42u);
  EXPECT_EQ(first->before, std::nullopt) << "the envelope says it";
  EXPECT_EQ(second->position, 300u);
  EXPECT_EQ(*position_in(read->entries[1]), 300u);
  EXPECT_EQ(second->before, from_ms(950));
  EXPECT_EQ(*type_in(second->event), "t");
  ASSERT_EQ(second->subjects.size(), 2u);
  EXPECT_EQ(*decode_subject(second->subjects[0]), subjects[0]);
  EXPECT_EQ(*decode_subject(second->subjects[1]), subjects[1]);
  EXPECT_EQ(decode_subject_name(second->subjects[0])->id, "2");
}

TEST(envelope, is_what_protobuf_reads) {
  const std::string body = encode_entry_body(subjects, "\x0A\x01t");
  outgoing_envelope out = sample(body);
  out.ends = {"node-0"};
  v1::Envelope message;
  ASSERT_TRUE(message.ParseFromString(encode_envelope(door_of_test(), out)));
  EXPECT_EQ(message.door(), "node-1");
  EXPECT_EQ(message.partition(), 3u);
  EXPECT_EQ(message.after(), 41u);
  EXPECT_EQ(message.clock_ms(), 1000);
  EXPECT_EQ(message.low_water(), 40u);
  EXPECT_THAT(message.ends(), ElementsAre("node-0"));
  v1::Entry entry;
  ASSERT_TRUE(entry.ParseFromString(message.entries(1)));
  EXPECT_EQ(entry.position(), 300u);
  EXPECT_EQ(entry.before_ms(), 950);
  EXPECT_EQ(entry.subjects(1).roles(1), "x");
  EXPECT_EQ(entry.event(), "\x0A\x01t");
  EXPECT_EQ(entry.SerializeAsString(), encode_entry(300, body, from_ms(950)));
}

TEST(envelope, a_body_is_the_same_from_an_event_and_from_its_bytes) {
  const auto types = testing::shop_catalogue();
  raw_event raw{"order_placed", value(5), "e", "s", {{"user_id", "u"}, {"order_id", "o"}}};
  const event e = *normalise(std::move(raw), *types, {from_ms(9)});
  EXPECT_EQ(encode_entry_body(subjects, e, *types),
            encode_entry_body(subjects, encode_event(e, *types)));
}

TEST(envelope, begin_and_end_messages_travel) {
  for (const envelope_kind kind : {envelope_kind::begin, envelope_kind::end}) {
    outgoing_envelope out;
    out.kind = kind;
    out.clock = out.before = beginning;
    out.ends = {"a", "b"};
    const std::string bytes = encode_envelope(door_of_test(), out);
    const auto read = decode_envelope(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->kind, kind);
    EXPECT_EQ(read->clock, beginning);
    EXPECT_THAT(read->ends, ElementsAre("a", "b"));
  }
}

TEST(envelope, ticks_travel_and_protobuf_reads_them) {
  const tick_content tick{from_ms(-5), {0, 300, 1'000'000'000'000}};
  const std::string bytes = encode_tick(door_of_test(), tick);
  const auto read = decode_tick(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->door, "node-1");
  EXPECT_EQ(read->source, "shop");
  EXPECT_EQ(read->content.clock, from_ms(-5));
  EXPECT_EQ(read->content.acked, tick.acked);
  v1::Tick message;
  ASSERT_TRUE(message.ParseFromString(bytes));
  EXPECT_THAT(message.acked_sequence(), ElementsAre(0, 300, 1'000'000'000'000));
  EXPECT_EQ(decode_tick(message.SerializeAsString())->content.acked, tick.acked);
}

TEST(envelope, wrong_bytes_are_refused) {
  const std::string body = encode_entry_body(subjects, "\x0A\x01t");
  const std::string bytes = encode_envelope(door_of_test(), sample(body));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_envelope(std::string_view(bytes).substr(0, size));
    v1::Envelope message;
    const bool parses = message.ParseFromString(bytes.substr(0, size));
    EXPECT_EQ(read.ok(), parses && !message.source().empty()) << size;
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string spoilt = bytes;
    for (int n = 0; n < 3; ++n) spoilt[random() % spoilt.size()] = static_cast<char>(random());
    const auto read = decode_envelope(spoilt);
    if (!read) continue;
    for (const std::string_view one : read->entries) {
      const auto entry = decode_entry(one);
      if (!entry) continue;
      EXPECT_NE(entry->position, 0u);
      for (const std::string_view s : entry->subjects) {
        const auto subject = decode_subject(s);
        EXPECT_TRUE(!subject || !subject->who.id.empty());
      }
    }
  }
  EXPECT_FALSE(decode_entry(""));
  EXPECT_FALSE(position_in(""));
  EXPECT_FALSE(decode_subject(""));
  EXPECT_FALSE(decode_tick(""));
}

}  // namespace
}  // namespace beckon::codec
