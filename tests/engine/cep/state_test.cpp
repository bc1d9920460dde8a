// Packed state: sizes, and bytes that are not ours.
#include "engine/cep/state.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

const char* const reminder =
    "RULE pay_reminder SAME k WHEN a AS o WHERE v >= 10 BUT NOT b OR c FOR 30 min FIRE ONCE PER k "
    "RETURN o.k AS k, o.v AS v";

std::size_t resident_bytes(const subject_state& s) {
  const auto& inside = s.inside();
  const auto text = [](const std::string& t) { return t.capacity() > 15 ? t.capacity() + 1 : 0; };
  constexpr std::size_t allocation = 16;  // what malloc adds, rounding included
  std::size_t bytes = sizeof(s) + sizeof(inside) + allocation +
                      inside.rules.capacity() * sizeof(rule_state) + allocation;
  for (const rule_state& r : inside.rules) {
    if (r.limits) bytes += sizeof(fire_limits) + r.limits->values.capacity() * 16 + 2 * allocation;
    bytes += r.keys.capacity() * sizeof(key_state) + allocation;
    for (const key_state& k : r.keys) {
      bytes += text(k.key) + k.runs.capacity() * sizeof(run) + allocation;
      if (k.entries)
        bytes += sizeof(tally) + (k.entries->times.capacity() + k.entries->values.capacity()) * 8 +
                 (k.entries->times.capacity() > 0) * allocation +
                 (k.entries->values.capacity() > 0) * allocation + allocation;
      for (const run& each : k.runs) bytes += text(each.captured) + allocation;
    }
  }
  return bytes;
}

TEST(size, of_one_armed_wait) {
  one_subject u(set_of({reminder}));
  u.feed(made_event("a", 1704067200, {{"k", "1234567890"}, {"v", 250}}));
  EXPECT_LE(u.state.encode().size(), 120U);
  EXPECT_LE(resident_bytes(u.state), 500U);
  ::testing::Test::RecordProperty("encoded", static_cast<int>(u.state.encode().size()));
  ::testing::Test::RecordProperty("resident", static_cast<int>(resident_bytes(u.state)));
}

// A user in the middle of five moments: two counts, two sequences, an order that is not paid.
TEST(size, of_a_user_with_five_live_runs) {
  one_subject u(
      set_of({reminder,
              "RULE nudge WHEN a AT LEAST 2 DIFFERENT v WITHIN 1 h BUT NOT c FOR 10 min FIRE ONCE",
              "RULE pair WHEN a THEN c WITHIN 24 h FIRE ONCE PER 7 days",
              "RULE three WHEN b AS f THEN d AT LEAST 3 TIMES WITHIN 2 h FIRE ONCE RETURN f.v AS v",
              "RULE seen WHEN b BUT NOT d FOR 30 s FIRE EVERY TIME"}));
  u.feed(made_event("b", 1704067200, {{"k", "1"}, {"v", 1}}));
  u.feed(made_event("a", 1704067201, {{"k", "1234567890"}, {"v", 249}}));
  u.feed(made_event("a", 1704067202, {{"k", "1234567890"}, {"v", 250}}));
  std::size_t runs = 0;
  for (const rule_state& r : u.state.inside().rules) {
    for (const key_state& k : r.keys) runs += k.runs.size();
  }
  ASSERT_EQ(runs, 5U);
  EXPECT_LE(u.state.encode().size(), 200U);
  ::testing::Test::RecordProperty("encoded", static_cast<int>(u.state.encode().size()));
}

TEST(size, of_a_count_that_waits_for_more) {
  one_subject u(set_of({"RULE twice WHEN a AT LEAST 2 DIFFERENT v WITHIN 1 h FIRE ONCE PER 1 h"}));
  u.feed(made_event("a", 1704067200, {{"v", 250}}));
  EXPECT_LE(sizeof(tally), 64U);
  EXPECT_LE(resident_bytes(u.state), 400U);
}

TEST(an_empty_state, has_no_bytes_no_deadline_and_no_interest) {
  const auto rules = set_of({reminder});
  subject_state s;
  EXPECT_TRUE(s.empty());
  EXPECT_EQ(s.encode(), "");
  EXPECT_EQ(s.next_deadline(), never);
  EXPECT_EQ(s.interest(*rules), 0U);
  const auto loaded = subject_state::decode("", *rules);
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded->empty());
}

std::string rich_state(const std::shared_ptr<const rule_set>& rules) {
  one_subject u(rules);
  for (int i = 0; i < 12; ++i) {
    u.feed(made_event(
        i % 3 == 0   ? "a"
        : i % 3 == 1 ? "b"
                     : "d",
        i, {{"k", "key" + std::to_string(i % 2)}, {"v", i % 5}, {"s", std::string(20, 'x')}}));
  }
  return u.state.encode();
}

std::shared_ptr<const rule_set> rich_rules() {
  return set_of({reminder,
                 "RULE count WHEN a AT LEAST 5 DIFFERENT v WITHIN 1 h THEN c WITHIN 1 h FIRE ONCE",
                 "RULE later WHEN a AS o THEN b AT LEAST 4 DIFFERENT v WITHIN 1 h BUT NOT c FOR 5 "
                 "min FIRE EVERY TIME RETURN o.s AS s",
                 "RULE limits WHEN d FIRE ONCE PER v", "RULE limit WHEN d FIRE ONCE PER 1 h",
                 "RULE past WHEN b AS o BUT NOT c IN THE LAST 1 h THEN NEXT d AT LEAST 2 TIMES "
                 "WITHIN 1 h FIRE EVERY TIME RETURN o.v AS v",
                 "RULE spent SAME k WHEN a AS o SUM v >= 99 AND AVG x > 1 WITHIN 1 h FIRE EVERY "
                 "TIME RETURN sum(o.v) AS v, first(o.s) AS s",
                 "RULE total WHEN b THEN a AS o SUM v >= 99 WITHIN 1 h FIRE EVERY TIME RETURN "
                 "max(o.v) AS m, count(o) AS n",
                 "RULE row WHEN b AS o THEN d AT LEAST 9 TIMES WITHIN 1 h UNLESS c WHERE v = o.v "
                 "FIRE EVERY TIME"});
}

TEST(bytes, are_the_same_after_loading) {
  const auto rules = rich_rules();
  const std::string bytes = rich_state(rules);
  ASSERT_GT(bytes.size(), 300U);
  const auto loaded = subject_state::decode(bytes, *rules);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->encode(), bytes);
}

TEST(bytes, cut_short_or_too_long_are_corrupt) {
  const auto rules = rich_rules();
  const std::string bytes = rich_state(rules);
  for (std::size_t n = 1; n < bytes.size(); ++n) {
    const auto loaded = subject_state::decode(std::string_view(bytes).substr(0, n), *rules);
    ASSERT_FALSE(loaded.ok()) << n;
    EXPECT_EQ(loaded.error().code, errc::corrupt);
  }
  EXPECT_FALSE(subject_state::decode(bytes + '\0', *rules).ok());
}

TEST(bytes, of_another_version_are_refused_and_a_newer_one_is_called_so) {
  const auto rules = rich_rules();
  std::string bytes = rich_state(rules);
  bytes[0] = 1;
  EXPECT_FALSE(subject_state::decode(bytes, *rules).ok());
  bytes[0] = 4;
  const auto newer = subject_state::decode(bytes, *rules);
  ASSERT_FALSE(newer.ok());
  EXPECT_NE(newer.error().message.find("newer Beckon (version 4"), std::string::npos)
      << newer.error().message;
}

TEST(bytes, that_are_damaged_never_crash_what_judges_them) {
  const auto rules = rich_rules();
  const std::string bytes = rich_state(rules);
  std::mt19937_64 random(7);
  int read = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string damaged = bytes;
    const int hits = 1 + static_cast<int>(random() % 6);
    for (int i = 0; i < hits; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    auto loaded = subject_state::decode(damaged, *rules);
    if (!loaded.ok()) continue;
    ++read;
    one_subject u(rules);
    u.state = std::move(*loaded);
    u.feed(made_event("b", 20, {{"k", "key1"}, {"v", 1}}), 15);
    u.feed(made_event("c", 21, {{"k", "key0"}, {"v", 2}}));
    u.settle(4000);
    const auto again = subject_state::decode(u.state.encode(), *rules);
    ASSERT_TRUE(again.ok());
  }
  EXPECT_GT(read, 100);
}

TEST(bytes, of_any_kind_never_crash_the_reader) {
  const auto rules = rich_rules();
  std::mt19937_64 random(8);
  for (int round = 0; round < 20000; ++round) {
    std::string noise(random() % 200, '\0');
    for (char& c : noise) c = static_cast<char>(random() % (round % 2 == 0 ? 256 : 4));
    if (!noise.empty()) noise[0] = 3;
    const auto loaded = subject_state::decode(noise, *rules);
    if (!loaded.ok()) continue;
    EXPECT_LE(loaded->encode().size(), noise.size() + 64);
  }
}

}  // namespace
}  // namespace beckon::cep::testing
