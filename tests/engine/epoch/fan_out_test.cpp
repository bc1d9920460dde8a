#include "engine/epoch/fan_out.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/cep/market.hpp"

namespace beckon::epoch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* drop =
    "RULE drop FOR item WHEN price AS p FIRE EVERY TIME TO EACH fav RETURN p.p AS now_at";

std::string numbered(std::size_t n) {
  const std::string digits = std::to_string(n);
  return "u" + std::string(6 - digits.size(), '0') + digits;
}

/// Jobs of the market's rule `drop` over rows as a store gives them.
class fan_out_jobs : public ::testing::Test {
 protected:
  const relation_declaration& fav() const { return *rules_->events().relation("fav"); }

  void change(const std::string& member, const std::string& item, std::int64_t at, bool adds) {
    store_[relation_key(fav(), {0, member, item, from_ms(at), adds})] = change_content(adds);
  }
  void favoured_by(std::size_t count, const std::string& item) {
    for (std::size_t i = 0; i < count; ++i) change(numbered(i), item, 1, true);
  }

  static fan_out_job job(std::uint64_t number, const std::string& item, std::int64_t fired = 500) {
    fan_out_job j;
    j.number = number;
    j.occurrence = {number, 7};
    j.owner = {"item", item};
    j.rule = "drop";
    j.relation = "fav";
    j.fired = from_ms(fired);
    j.arrival = from_ms(fired + 40);
    j.returns = {{"now_at", 5}};
    return j;
  }

  /// The next scan, carried out; nullopt: none is wanted.
  std::optional<fan_out::step> step(fan_out& jobs) {
    const auto wanted = jobs.next(*rules_);
    if (!wanted) return std::nullopt;
    EXPECT_FALSE(jobs.next(*rules_)) << "one at a time";
    std::vector<relation_row> rows;
    bool whole = true;
    for (auto at = store_.upper_bound(std::max(wanted->prefix, wanted->after));
         at != store_.end() && at->first.starts_with(wanted->prefix); ++at) {
      whole = rows.size() < wanted->most;
      if (!whole) break;
      rows.emplace_back(*at);
    }
    auto made = jobs.take(rows, whole, *rules_);
    for (const auto& m : made.told) told_[made.job].push_back(m.who.who.id);
    return made;
  }
  void tell_all(fan_out& jobs) {
    for (int i = 0; step(jobs); ++i) ASSERT_LT(i, 1000) << "it does not come to an end";
  }

  std::shared_ptr<const cep::rule_set> rules_ = cep::testing::market_rules({drop});
  std::map<std::string, std::string> store_;
  std::map<std::uint64_t, std::vector<std::string>> told_;
};

TEST_F(fan_out_jobs, tell_each_member_once_in_order_and_in_pieces) {
  favoured_by(2'500, "7");
  favoured_by(3, "70");
  fan_out jobs;
  jobs.open(job(1, "7"));
  const auto first = step(jobs);
  ASSERT_TRUE(first);
  EXPECT_LE(first->told.size(), fan_out::rows_at_once);
  ASSERT_NE(first->left, nullptr);
  EXPECT_EQ(first->left->told, first->told.size());
  tell_all(jobs);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < 2'500; ++i) all.push_back(numbered(i));
  EXPECT_EQ(told_[1], all);
  EXPECT_EQ(jobs.size(), 0u);
}

TEST_F(fan_out_jobs, make_the_event_that_replay_makes) {
  favoured_by(1, "7");
  fan_out jobs;
  jobs.open(job(1, "7"));
  const auto made = step(jobs);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->told.size(), 1u);
  EXPECT_EQ(made->left, nullptr) << "that was everyone";
  EXPECT_EQ(made->told[0].who, (concerned_subject{{"user", numbered(0)}, {"user_id"}}));
  const event& e = made->told[0].what;
  EXPECT_EQ(rules_->events().name(e.type), "drop");
  EXPECT_EQ(e.id, to_hex(cep::occurrence_for({1, 7}, numbered(0))));
  EXPECT_EQ(e.source, "derived");
  EXPECT_EQ(e.time, from_ms(500));
  EXPECT_EQ(e.arrival, from_ms(540));
  EXPECT_EQ(*e.find(*rules_->events().attribute("now_at")), value(5));
}

TEST_F(fan_out_jobs, take_turns_so_that_a_hot_owner_delays_nobody) {
  favoured_by(8'000, "hot");
  favoured_by(2, "cold");
  fan_out jobs;
  jobs.open(job(1, "hot"));
  jobs.open(job(2, "cold"));
  jobs.open(job(3, "hot"));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(step(jobs));
  EXPECT_THAT(told_[2], ElementsAre(numbered(0), numbered(1)));
  EXPECT_LT(told_[1].size(), 2'000u);
  tell_all(jobs);
  EXPECT_EQ(told_[1].size(), 8'000u);
  EXPECT_EQ(told_[3].size(), 8'000u);
}

TEST_F(fan_out_jobs, go_on_behind_the_last_member_told) {
  favoured_by(3'000, "7");
  fan_out before;
  before.open(job(1, "7"));
  const auto done = step(before);
  ASSERT_TRUE(done && done->left);
  fan_out after;
  after.open(*done->left);
  tell_all(after);
  EXPECT_EQ(told_[1].size(), 3'000u);
  EXPECT_EQ((std::set<std::string>(told_[1].begin(), told_[1].end()).size()), 3'000u);
}

TEST_F(fan_out_jobs, tell_those_who_were_related_when_it_fired) {
  change("before", "7", 100, true);
  change("gone", "7", 100, true);
  change("gone", "7", 400, false);
  change("goes_later", "7", 100, true);
  change("goes_later", "7", 600, false);
  change("comes_later", "7", 501, true);
  change("just_then", "7", 500, true);
  change("expired", "7", 500 - 1'000'000, true);
  fan_out jobs;
  jobs.open(job(1, "7"));
  tell_all(jobs);
  EXPECT_THAT(told_[1], ElementsAre("before", "goes_later", "just_then"));
}

TEST_F(fan_out_jobs, get_past_a_member_whose_changes_fill_a_scan) {
  for (std::int64_t i = 0; i < 4'001; ++i) change("fickle", "7", 501 + i, i % 2 == 0);
  for (std::int64_t i = 0; i <= 4'000; ++i) change("undecided", "7", i - 4'000, i % 2 == 0);
  change("early", "7", 1, true);
  fan_out jobs;
  jobs.open(job(1, "7"));
  tell_all(jobs);
  EXPECT_THAT(told_[1], ElementsAre("early", "undecided"));
}

TEST_F(fan_out_jobs, without_members_are_through_at_once) {
  fan_out jobs;
  jobs.open(job(1, "7"));
  const auto made = step(jobs);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->left, nullptr);
  EXPECT_THAT(made->told, IsEmpty());
  EXPECT_EQ(jobs.size(), 0u);
}

TEST_F(fan_out_jobs, end_when_their_rule_or_relation_is_gone) {
  favoured_by(1, "7");
  fan_out jobs;
  jobs.open(job(1, "7"));
  auto other = job(2, "7");
  other.relation = "viewed";
  jobs.open(other);
  jobs.open(job(3, "7"));
  const auto without =
      cep::testing::market_rules({"RULE other FOR item WHEN price FIRE EVERY TIME TO EACH fav"});
  ASSERT_TRUE(jobs.next(*rules_));
  EXPECT_THAT(jobs.take({}, true, *without).told, IsEmpty()) << "gone while it was scanned";
  ASSERT_TRUE(step(jobs));
  const auto ended = jobs.take_ended();
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_EQ(ended[0].number, 1u);
  EXPECT_EQ(ended[1].number, 2u);
  EXPECT_EQ(told_[3].size(), 1u);
}

TEST_F(fan_out_jobs, know_the_earliest_firing) {
  fan_out jobs;
  EXPECT_EQ(jobs.oldest(), never);
  jobs.open(job(1, "7", 900));
  jobs.open(job(2, "7", 300));
  EXPECT_EQ(jobs.oldest(), from_ms(300));
}

}  // namespace
}  // namespace beckon::epoch
