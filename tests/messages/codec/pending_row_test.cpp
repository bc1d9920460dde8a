#include "messages/codec/pending_row.hpp"

#include <gtest/gtest.h>

#include "beckon/v1/commit.pb.h"

namespace beckon::codec {
namespace {

epoch::pending_decision a_decision() {
  outreach::request what;
  what.occurrence = {3, 4};
  what.who = {"user", "u1"};
  what.rule = "seen";
  what.rule_version = "00c0ffee";
  what.key = std::string("k\0y", 3);
  what.fired = from_ms(-5);
  what.arrival = from_ms(900);
  what.returns = {{"order_id", std::string("o7")}, {"sum", 1.5}};
  what.held_by = {"calm", "hourly"};
  epoch::pending_decision d;
  d.name = {17, 5, 2};
  d.what = std::make_shared<const outreach::request>(std::move(what));
  d.action = "tell";
  d.priority = -3;
  d.why = outreach::wait_reason::asked;
  d.filter = "predicate";
  d.reason = "asked";
  d.wake = from_ms(2'000);
  d.decided = from_ms(1'000);
  d.revision = 9;
  return d;
}

TEST(pending_row, comes_back_as_it_was) {
  for (const auto why : {outreach::wait_reason::asked, outreach::wait_reason::deferred,
                         outreach::wait_reason::held}) {
    auto d = a_decision();
    d.why = why;
    const auto back = decode_pending(pending_key(d), encode_pending(d));
    ASSERT_TRUE(back.ok()) << back.error().to_string();
    EXPECT_EQ(back->name, d.name);
    EXPECT_EQ(back->what->occurrence, d.what->occurrence);
    EXPECT_EQ(back->what->who, d.what->who);
    EXPECT_EQ(back->what->rule, d.what->rule);
    EXPECT_EQ(back->what->rule_version, d.what->rule_version);
    EXPECT_EQ(back->what->key, d.what->key);
    EXPECT_EQ(back->what->fired, d.what->fired);
    EXPECT_EQ(back->what->arrival, d.what->arrival);
    ASSERT_EQ(back->what->returns.size(), 2u);
    EXPECT_EQ(*find_field(back->what->returns, "sum"), value(1.5));
    EXPECT_EQ(back->action, d.action);
    EXPECT_EQ(back->priority, d.priority);
    EXPECT_EQ(back->why, d.why);
    EXPECT_EQ(back->filter, d.filter);
    EXPECT_EQ(back->reason, d.reason);
    EXPECT_EQ(back->wake, d.wake);
    EXPECT_EQ(back->decided, d.decided);
    EXPECT_EQ(back->what->held_by, d.what->held_by);
    EXPECT_EQ(back->revision, d.revision);
  }
}

TEST(pending_row, without_an_event_s_arrival_has_none) {
  auto d = a_decision();
  auto what = *d.what;
  what.arrival = beginning;
  d.what = std::make_shared<const outreach::request>(what);
  EXPECT_EQ(decode_pending(pending_key(d), encode_pending(d))->what->arrival, beginning);
}

TEST(pending_row, keys_begin_with_their_subject_and_grow) {
  auto d = a_decision();
  const auto key = pending_key(d);
  EXPECT_EQ(key.substr(0, 16), to_bytes(key_of("user", "u1")));
  d.name.number = 256;
  EXPECT_LT(key, pending_key(d));
}

TEST(pending_row, of_a_newer_beckon_is_refused_by_name) {
  const auto d = a_decision();
  v1::PendingRow row;
  ASSERT_TRUE(row.ParseFromString(encode_pending(d)));
  row.set_version(2);
  const auto newer = decode_pending(pending_key(d), row.SerializeAsString());
  ASSERT_FALSE(newer.ok());
  EXPECT_EQ(newer.error().code, errc::corrupt);
  EXPECT_NE(newer.error().to_string().find("newer Beckon (version 2"), std::string::npos);
  row.clear_version();
  EXPECT_FALSE(decode_pending(pending_key(d), row.SerializeAsString()).ok());
}

TEST(pending_row, of_spoilt_bytes_is_corrupt) {
  const auto d = a_decision();
  const auto bytes = encode_pending(d);
  EXPECT_FALSE(decode_pending("short", bytes).ok());
  EXPECT_FALSE(decode_pending(pending_key(d), bytes.substr(0, bytes.size() - 1)).ok());
  v1::PendingRow row;
  ASSERT_TRUE(row.ParseFromString(bytes));
  row.set_occurrence("five");
  EXPECT_FALSE(decode_pending(pending_key(d), row.SerializeAsString()).ok());
}

}  // namespace
}  // namespace beckon::codec
