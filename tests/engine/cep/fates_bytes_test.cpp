// Bytes of states whose rules have versions, and of the form before there were any.
#include <random>

#include <gtest/gtest.h>

#include "engine/cep/state.hpp"
#include "tests/engine/cep/versions.hpp"

namespace beckon::cep::testing {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

// Written by the program that knew no versions: `thirty` after a@1 and b@2.
TEST(bytes, without_versions_are_read_and_kept) {
  const std::vector<rule_ptr> v{compiled(thirty), compiled(ten)};
  const std::string bytes = from_hex(
      "02a01f01350bafb4f738000208000002a57887c0e807000100091795e7177429e275012524102f020af8201e95e8"
      "0798f20101010919d8de03b275f122012524102f020a");
  const auto read_under = [&](const std::shared_ptr<const rule_set>& rules) {
    one_subject u(rules);
    auto loaded = subject_state::decode(bytes, *rules);
    EXPECT_TRUE(loaded.ok());
    if (loaded.ok()) u.state = std::move(*loaded);
    u.store_and_load();
    u.feed(made_event("b", 3));
    u.settle(100);
    return judged_by(u, v);
  };
  EXPECT_EQ(read_under(changed(v[0], {})), "0@33") << "the later b takes the place of the earlier";
  EXPECT_EQ(read_under(changed(v[1], {replaced(v[0], fate::drain)})), "1@13");
}

// The same, with windows, limits, look-backs, keys: two times a, c, b of k = p, and an a of q.
TEST(bytes, without_versions_hold_all_they_held) {
  const auto rules =
      set_of({"RULE r SAME k WHEN a AS o AT LEAST 2 TIMES WITHIN 60 s THEN b AT LEAST 3 DIFFERENT "
              "v WITHIN "
              "60 s BUT NOT c IN THE LAST 9 s FIRE ONCE PER k RETURN o.v AS v",
              "RULE other WHEN a FIRE ONCE PER 1 h"});
  auto loaded = subject_state::decode(
      from_hex("02904e02e9f1b4582d11a01f0101050080bab703350bafb4f738000504020373017001031efeaf65010"
               "2a01fb817012d58e1c3d00f01206b39fea01fe80703000c0201eaf5e05fb00613c8011d17b8ea020a03"
               "73017100011efeaf6501010000"),
      *rules);
  ASSERT_TRUE(loaded.ok());
  one_subject u(rules);
  u.state = std::move(*loaded);
  u.store_and_load();
  u.feed(made_event("b", 6, {{"k", "p"}, {"v", 6}}));
  u.feed(made_event("b", 7, {{"k", "p"}, {"v", 7}}));  // stopped by the c of second 3
  u.feed(made_event("b", 13, {{"k", "p"}, {"v", 8}}));
  u.feed(made_event("a", 14, {{"k", "q"}, {"v", 1}}));  // the second of q
  ASSERT_FALSE(u.matches.empty());
  EXPECT_EQ(u.matches[0].returns[0].content, value(5));
  EXPECT_EQ(u.fired(), "r@13 other@14!fire_limit");
  for (int v = 1; v <= 3; ++v) u.feed(made_event("b", 14 + v, {{"k", "q"}, {"v", v}}));
  EXPECT_EQ(u.fired(), "r@17");
}

/// Two versions drain, and the third has limits, a window and a look-back.
one_subject many_versions() {
  const std::vector<rule_ptr> v{
      compiled("RULE r SAME k WHEN a AS o THEN b AT LEAST 4 TIMES WITHIN 90 s BUT NOT d FOR 9 s "
               "FIRE ONCE PER k RETURN o.s AS s"),
      compiled(
          "RULE r SAME k WHEN b AS o THEN c WITHIN 90 s BUT NOT e IN THE LAST 5 s FIRE ONCE PER "
          "20 s RETURN o.v AS v"),
      compiled("RULE r SAME k WHEN d AT LEAST 3 DIFFERENT v WITHIN 90 s BUT NOT e IN THE LAST 5 s "
               "FIRE ONCE PER k")};
  one_subject u(changed(v[0], {}));
  std::vector<former_version> former;
  const char* const types[] = {"a", "b", "e", "d", "c"};
  for (int i = 0; i < 30; ++i) {
    if (i == 10 || i == 20) {
      former.push_back(replaced(v[static_cast<std::size_t>(i) / 10 - 1], fate::drain));
      u.store_and_load(changed(v[static_cast<std::size_t>(i) / 10], former));
    }
    u.feed(made_event(types[i % 5], i,
                      {{"k", i % 2 == 0 ? "p" : "q"}, {"v", i % 4}, {"s", std::string(9, 'x')}}));
  }
  return u;
}

TEST(bytes, of_versions_that_drain_are_the_same_after_loading) {
  one_subject u = many_versions();
  ASSERT_EQ(u.state.inside().rules.size(), 3U);
  const std::string bytes = u.state.encode();
  const auto loaded = subject_state::decode(bytes, *u.rules);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->encode(), bytes);
  for (std::size_t n = 1; n < bytes.size(); ++n)
    EXPECT_FALSE(subject_state::decode(std::string_view(bytes).substr(0, n), *u.rules).ok()) << n;
}

TEST(bytes, of_versions_that_drain_never_crash_what_judges_them_when_damaged) {
  const one_subject made = many_versions();
  const std::string bytes = made.state.encode();
  std::mt19937_64 random(7);
  int read = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string damaged = bytes;
    const int hits = 1 + static_cast<int>(random() % 6);
    for (int i = 0; i < hits; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    auto loaded = subject_state::decode(damaged, *made.rules);
    if (!loaded.ok()) continue;
    ++read;
    one_subject u(made.rules);
    u.state = std::move(*loaded);
    u.feed(made_event("b", 30, {{"k", "p"}, {"v", 1}}), 25);
    u.feed(made_event("c", 31, {{"k", "q"}, {"v", 2}}));
    u.feed(made_event("e", 32));
    const std::string again = u.state.encode();
    const auto reloaded = subject_state::decode(again, *made.rules);
    ASSERT_TRUE(reloaded.ok());
    ASSERT_EQ(reloaded->encode(), again);
    u.settle(4000);
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace beckon::cep::testing
