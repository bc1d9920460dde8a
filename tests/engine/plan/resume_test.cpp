#include "engine/plan/resume.hpp"

#include <gtest/gtest.h>

#include "tests/engine/cep/market.hpp"

namespace beckon {
namespace {

using outreach::wait_reason;
using way = resumption::way;
using strings = std::vector<std::string>;

constexpr timestamp fired = from_ms(1'000);
constexpr timestamp now = from_ms(5'000);

/// Rule seen, actions other and tell, filters gate and predicate.
class resume_of : public ::testing::Test {
 protected:
  resume_of() {
    rules_ = cep::testing::market_rules(
        {"RULE seen WHEN view FIRE EVERY TIME", "RULE wanted WHEN fav FIRE EVERY TIME"});
    p.revision = 3;
    p.rules = rules_;
    p.filters = {{"gate", "", nullptr, false}, {"predicate", "", nullptr, false}};
    for (const auto* id : {"other", "tell"}) {
      outreach::action a;
      a.id = id;
      a.rule = "seen";
      a.priority = 4;
      p.actions.push_back(a);
    }
    p.actions_of_rule["seen"] = {0, 1};
    request.rule = "seen";
    request.fired = fired;
    request.arrival = from_ms(900);
  }

  epoch::pending_decision put(wait_reason why, timestamp until) const {
    outreach::verdict v{false, "word", {}};
    v.later = outreach::postponement{why, until, "?"};
    return put_off(p, {1, 1}, std::make_shared<outreach::request>(request), v, now,
                   now + duration{50'000});
  }
  resumption taken(wait_reason why, std::optional<epoch::answer> said = {}) const {
    return resume(p, {put(why, now + duration{100}), std::move(said)}, now + duration{100});
  }

  plan p;
  outreach::request request;

 private:
  std::shared_ptr<const cep::rule_set> rules_;
};

TEST_F(resume_of, what_is_put_off_says_where_and_by_whom) {
  const auto d = put(wait_reason::asked, now + duration{2'000});
  EXPECT_EQ(d.action, "tell");
  EXPECT_EQ(d.priority, 4);
  EXPECT_EQ(d.filter, "predicate");
  EXPECT_EQ(d.reason, "word");
  EXPECT_EQ(d.revision, 3u);
  EXPECT_EQ(d.decided, now);
  EXPECT_EQ(d.wake, now + duration{52'000}) << "by node time";
  EXPECT_EQ(d.what->arrival, from_ms(900));
}

TEST_F(resume_of, a_deferral_is_no_latency_of_its_event) {
  const auto d = put(wait_reason::deferred, now + duration{2'000});
  EXPECT_EQ(d.wake, now + duration{2'000});
  EXPECT_EQ(d.what->arrival, beginning);
  EXPECT_EQ(d.what->fired, fired);
}

TEST_F(resume_of, a_filter_that_wants_the_past_is_not_asked_in_a_loop) {
  EXPECT_EQ(put(wait_reason::deferred, now - duration{1}).wake, now + duration{100});
}

TEST_F(resume_of, nothing_waits_beyond_its_action_expiry) {
  p.actions[1].expires_after = duration{9'000};
  auto d = put(wait_reason::deferred, now + duration{3'600'000});
  EXPECT_EQ(d.wake, from_ms(10'000));
  EXPECT_EQ(resume(p, {d}, d.wake).reason, "expired");
  EXPECT_EQ(resume(p, {d}, d.wake).filter, "");
  EXPECT_EQ(resume(p, {d}, d.wake - duration{1}).what, way::chain);
}

TEST_F(resume_of, a_deferral_runs_its_chain_and_asks_again) {
  request.answered_by = {"predicate"};
  request.held_by = {"calm"};
  const auto how = taken(wait_reason::deferred);
  EXPECT_EQ(how.what, way::chain);
  EXPECT_EQ(how.action, 1u);
  EXPECT_TRUE(how.request->answered_by.empty()) << "it was long ago";
  EXPECT_EQ(how.request->held_by, strings{"calm"});
}

TEST_F(resume_of, a_pass_runs_the_chain_without_asking_again) {
  request.answered_by = {"other"};
  const auto how = taken(wait_reason::asked, epoch::answer{epoch::answer::kind::pass});
  EXPECT_EQ(how.what, way::chain);
  EXPECT_EQ(how.request->answered_by, (strings{"other", "predicate"}));
  EXPECT_EQ(how.request->arrival, from_ms(900));
}

TEST_F(resume_of, a_hold_is_noted_and_keeps_what_was_answered) {
  request.answered_by = {"other"};
  const auto d = put(wait_reason::held, now + duration{1});
  EXPECT_EQ(d.wake, now + duration{1}) << "with the others, however soon that is";
  EXPECT_EQ(d.what->arrival, beginning) << "it is no latency of its event";
  const auto how = resume(p, {d}, d.wake);
  EXPECT_EQ(how.what, way::chain);
  EXPECT_EQ(how.action, 1u);
  EXPECT_EQ(how.request->held_by, strings{"predicate"});
  EXPECT_EQ(how.request->answered_by, strings{"other"});
  p.revision = 4;
  const auto anew = resume(p, {d}, d.wake);
  EXPECT_EQ(anew.request->held_by, strings{"predicate"}) << "whatever the plan: once";
  EXPECT_TRUE(anew.request->answered_by.empty());
}

TEST_F(resume_of, a_refusal_is_the_filter_s) {
  const auto how =
      taken(wait_reason::asked,
            epoch::answer{epoch::answer::kind::refuse, "late_payer", {{"debts", std::int64_t{2}}}});
  EXPECT_EQ(how.what, way::ended);
  EXPECT_EQ(how.filter, "predicate");
  EXPECT_EQ(how.reason, "late_payer");
  EXPECT_EQ(how.values.size(), 1u);
}

TEST_F(resume_of, no_answer_is_left_to_the_fail_policy) {
  for (const bool said : {false, true}) {
    const auto failed =
        said ? std::optional(epoch::answer{epoch::answer::kind::failed, "status"}) : std::nullopt;
    p.filters[1].fail_open = false;
    const auto closed = taken(wait_reason::asked, failed);
    EXPECT_EQ(closed.what, way::ended);
    EXPECT_EQ(closed.filter, "predicate");
    EXPECT_EQ(closed.reason, said ? "status" : "ask_timeout");
    p.filters[1].fail_open = true;
    const auto open = taken(wait_reason::asked, failed);
    EXPECT_EQ(open.what, way::chain);
    EXPECT_EQ(open.request->answered_by, strings{"predicate"});
  }
}

TEST_F(resume_of, under_another_revision_the_whole_chain_runs_whatever_was_said) {
  const auto d = put(wait_reason::asked, now + duration{100});
  p.revision = 4;
  for (const auto kind :
       {epoch::answer::kind::pass, epoch::answer::kind::refuse, epoch::answer::kind::failed}) {
    const auto how = resume(p, {d, epoch::answer{kind, "word"}}, now);
    EXPECT_EQ(how.what, way::chain);
    EXPECT_TRUE(how.request->answered_by.empty());
  }
}

TEST_F(resume_of, a_plan_that_changed_is_the_one_that_counts) {
  const auto d = put(wait_reason::deferred, now + duration{100});
  const auto reason = [&](const plan& q) { return resume(q, {d}, now + duration{100}).reason; };
  plan q = p;
  q.rules = cep::testing::market_rules({"RULE wanted WHEN fav FIRE EVERY TIME"});
  EXPECT_EQ(reason(q), "rule_gone");
  q = p;
  q.actions_of_rule["seen"] = {0};
  EXPECT_EQ(reason(q), "no_action");
  q.actions_of_rule.clear();
  EXPECT_EQ(reason(q), "no_action");
  q = p;
  q.actions[1].enabled = false;
  EXPECT_EQ(reason(q), "disabled");
  q = p;
  q.actions[1].valid_to = fired;
  EXPECT_EQ(reason(q), "expired");
}

}  // namespace
}  // namespace beckon
