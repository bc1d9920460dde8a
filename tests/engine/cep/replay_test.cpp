// Replay: the running clock, duplicates, profiles, reordering, the end, the order of what comes
// out.
#include "engine/cep/replay.hpp"

#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace beckon::cep::testing {
namespace {

class replay_of : public ::testing::Test {
 protected:
  void begin(std::initializer_list<std::string_view> texts, replay_options options = {}) {
    r_ = std::make_unique<replay>(set_of(texts), std::move(options));
  }
  void feed(const event& e, std::vector<std::string> users = {"u"}) {
    std::vector<concerned_subject> subjects;
    for (std::string& id : users) subjects.push_back({{"user", std::move(id)}, {"user_id"}});
    r_->feed(subjects, e);
  }
  static event muted(double seconds) {
    event e = made_event("a", seconds);
    e.type = type_profile_row;
    e.extra = {{"muted", true}};
    return e;
  }
  /// "rule:user@seconds" of all, withheld ones with '!'.
  std::string finish() {
    std::string out;
    for (const firing& f : r_->finish()) {
      out += (out.empty() ? "" : " ") + f.what.rule->name + ":" + f.who.id + "@" +
             std::to_string(to_ms(f.what.time) / 1000);
      if (f.what.why != withheld::no) out += "!";
    }
    return out;
  }

  std::unique_ptr<replay> r_;
};

constexpr std::string_view wait_rule = "RULE w WHEN a BUT NOT b FOR 5 s FIRE EVERY TIME";

TEST_F(replay_of, deadlines_follow_the_running_maximum_over_all_subjects) {
  begin({wait_rule});
  feed(made_event("a", 1), {"u"});
  feed(made_event("c", 9), {"v"});  // the clock passes u's deadline before its late b
  feed(made_event("c", 3), {"v"});  // and does not go back
  feed(made_event("b", 4), {"u"});
  EXPECT_EQ(finish(), "w:u@6");
}

TEST_F(replay_of, may_expect_whom_it_likes) {
  std::string unexpected;
  for (const bool expecting : {false, true}) {
    begin({wait_rule, "RULE n WHEN a AT LEAST 3 DIFFERENT v WITHIN 99 s FIRE ONCE PER 1 s",
           "RULE p SAME v WHEN a AS x BUT NOT b IN THE LAST 9 s THEN c WITHIN 20 s FIRE ONCE PER v "
           "RETURN x.v AS v"});
    for (int i = 0; i < 60; ++i) {
      const std::string user(1, static_cast<char>('u' + i % 3));
      if (expecting)
        r_->expect(key_of("user", i % 4 == 0 ? "nobody" : user), made_event("a", i).type);
      feed(made_event(i % 5 == 4 ? "c" : "a", i, {{"v", i % 7}}), {user});
    }
    const std::string fired = finish();
    ASSERT_FALSE(fired.empty());
    if (expecting) {
      EXPECT_EQ(fired, unexpected);
    }
    unexpected = fired;
  }
}

TEST_F(replay_of, an_input_does_not_move_its_own_clock_before) {
  begin({wait_rule});
  feed(made_event("a", 1));
  feed(made_event("b", 4));
  feed(made_event("a", 10));
  EXPECT_EQ(finish(), "");
  EXPECT_EQ(r_->counts().inputs, 3U);
}

TEST_F(replay_of, ends_with_every_deadline_up_to_the_largest_event_time) {
  begin({wait_rule});
  feed(made_event("a", 1));
  feed(made_event("a", 2), {"v"});
  feed(made_event("a", 3), {"x"});
  feed(made_event("d", 7), {"y"});
  EXPECT_EQ(finish(), "w:u@6 w:v@7");
}

TEST_F(replay_of, goes_on_until_it_is_told) {
  begin({wait_rule}, {.until = at_second(8)});
  feed(made_event("a", 1));
  feed(made_event("a", 3), {"x"});
  feed(made_event("a", 4), {"z"});
  EXPECT_EQ(finish(), "w:u@6 w:x@8");
}

TEST_F(replay_of, drops_the_same_source_id_and_subject) {
  begin({"RULE r WHEN a FIRE EVERY TIME"});
  event e = made_event("a", 1, {}, "same");
  feed(e, {"u", "v"});
  feed(e, {"u"});
  e.source = "another";
  feed(e, {"u"});
  EXPECT_EQ(finish(), "r:u@1 r:u@1 r:v@1");
  EXPECT_EQ(r_->counts().duplicates, 1U);
}

TEST_F(replay_of, updates_profiles_in_order) {
  begin({"RULE r WHEN a IF user.muted IS NOT TRUE FIRE EVERY TIME",
         "RULE w WHEN a BUT NOT b FOR 5 s IF user.muted IS NOT TRUE FIRE EVERY TIME"});
  feed(made_event("a", 1));
  feed(made_event("c", 6), {"v"});
  feed(muted(6));  // after the deadline at 6 was handled
  feed(made_event("a", 7));
  feed(made_event("c", 20), {"v"});
  EXPECT_EQ(finish(), "r:u@1 w:u@6 r:u@7! w:u@12!");
}

TEST_F(replay_of, puts_a_kind_in_time_order_when_told) {
  constexpr std::string_view pair =
      "RULE r WHEN a AT LEAST 2 TIMES IN A ROW WITHIN 60 s FIRE EVERY TIME";
  const auto log = [&] {
    feed(made_event("a", 1));
    feed(made_event("a", 5));
    feed(made_event("b", 3));
  };
  begin({pair});
  log();
  EXPECT_EQ(finish(), "r:u@5");
  begin({pair}, {.out_of_order = {{"user", std::chrono::seconds{4}}}});
  log();
  EXPECT_EQ(finish(), "");
}

TEST_F(replay_of, with_a_buffer_deadlines_wait_that_much_longer) {
  const auto log = [&](std::int64_t other) {
    feed(made_event("a", 1));
    feed(made_event("c", other), {"v"});
    feed(made_event("b", 5));
  };
  begin({wait_rule}, {.out_of_order = {{"user", std::chrono::seconds{4}}}});
  log(9);
  EXPECT_EQ(finish(), "");
  begin({wait_rule}, {.out_of_order = {{"user", std::chrono::seconds{4}}}});
  log(10);  // the clock is 4 s beyond the deadline, too
  EXPECT_EQ(finish(), "w:u@6");
}

TEST_F(replay_of, judges_what_is_later_than_the_buffer_on_arrival) {
  begin({"RULE r WHEN a THEN b WITHIN 60 s FIRE EVERY TIME RETURN now AS n"},
        {.out_of_order = {{"user", std::chrono::seconds{2}}}});
  feed(made_event("a", 10));
  feed(made_event("c", 20), {"v"});
  feed(made_event("b", 1));
  EXPECT_EQ(finish(), "r:u@10");
}

TEST_F(replay_of, orders_by_time_rule_subject) {
  begin({"RULE z WHEN a FIRE EVERY TIME", "RULE y WHEN a FIRE EVERY TIME"});
  feed(made_event("a", 2), {"m", "l"});
  feed(made_event("a", 1), {"n"});
  EXPECT_EQ(finish(), "y:n@1 z:n@1 y:l@2 y:m@2 z:l@2 z:m@2");
}

TEST_F(replay_of, keeps_no_session_for_those_who_begin_nothing) {
  begin({wait_rule});
  feed(made_event("b", 1), {"u"});
  feed(made_event("c", 1), {"v"});
  feed(made_event("a", 1), {"x"});
  finish();
  EXPECT_EQ(r_->counts().subjects, 1U);
}

}  // namespace
}  // namespace beckon::cep::testing
