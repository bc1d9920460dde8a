// The predicates station: what is asked, when, and what the partition hears of it.
#include "actors/predicate/predicates.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "tests/actors/lone_station.hpp"

namespace beckon::tests {
namespace {

using actors::partition_actor;
using actors::predicate_answer;
using actors::predicate_ask;
using port::predicate_reply;
using answer = epoch::answer::kind;
using came = predicate_reply::kind;

/// Keeps what it is asked until the test answers it, first asked first.
class slow_oracle final : public port::predicate {
 public:
  void ask(port::predicate_question what, reply_handler done) override {
    const std::lock_guard hold(guard_);
    asked_.push_back({std::move(what), std::move(done)});
    changed_.notify_all();
  }

  /// So many wait for an answer; false after 20 s.
  bool wait_for(std::size_t questions) {
    std::unique_lock hold(guard_);
    return changed_.wait_for(hold, std::chrono::seconds(20),
                             [&] { return asked_.size() >= questions; });
  }
  std::size_t waiting() const {
    const std::lock_guard hold(guard_);
    return asked_.size();
  }
  /// Answers the first; what it was asked.
  port::predicate_question reply(predicate_reply with) {
    if (!wait_for(1)) {
      ADD_FAILURE() << "nobody asked";
      return {};
    }
    one next;
    {
      const std::lock_guard hold(guard_);
      next = std::move(asked_.front());
      asked_.pop_front();
    }
    next.done(std::move(with));
    return next.what;
  }

 private:
  struct one {
    port::predicate_question what;
    reply_handler done;
  };
  mutable std::mutex guard_;
  std::condition_variable changed_;
  std::deque<one> asked_;
};

predicate_reply said(std::string body, int status = 200) {
  return {came::answered, status, std::move(body), ""};
}

class predicates : public lone_station {
 protected:
  void start(outreach::asking how = {}) {
    auto p = std::make_shared<plan>();
    p->filters = {{"other", "fatigue", {}}, {"risk", "http_predicate", {}}};
    under = std::move(p);
    station = actors::spawn_predicates(system, around, {{"risk", {oracle, how}}},
                                       {2, duration{60'000}, duration{1}, duration{1}});
  }
  void TearDown() override { end(station); }

  void ask(std::uint64_t number, duration patience = duration{60'000},
           std::uint64_t incarnation = 1, std::uint32_t round = 0) {
    caf::anon_send(station,
                   predicate_ask{7,
                                 incarnation,
                                 {number, 3, round},
                                 under,
                                 1,
                                 "{\"n\":" + std::to_string(number) + "}",
                                 clock.now() + patience},
                   peer<partition_actor>());
  }
  double asks(const std::string& outcome) const {
    return metric("beckon_predicate_asks_total{filter=\"risk\",outcome=\"" + outcome + "\"}");
  }
  /// Waits until a sample has that value: what an actor's end leads to comes after the answer.
  bool becomes(const std::string& sample, double wanted) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (metric(sample) != wanted && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    return metric(sample) == wanted;
  }
  double gauge(const std::string& name) const {
    return metric("beckon_predicate_" + name + "{filter=\"risk\"}");
  }

  std::shared_ptr<slow_oracle> oracle = std::make_shared<slow_oracle>();
  plan_ptr under;
  actors::predicates_actor station;
};

TEST_F(predicates, an_answer_goes_to_the_decision_it_is_about) {
  start();
  ask(1, duration{1'500}, 4, 2);
  const auto what = oracle->reply(said(R"({"pass": true, "values": {"score": 0.1}})"));
  EXPECT_EQ(what.body, "{\"n\":1}");
  EXPECT_EQ(what.patience, duration{1'500});
  const auto got = next<predicate_answer>();
  EXPECT_EQ(got.incarnation, 4u);
  EXPECT_EQ(got.name, (epoch::pending_name{1, 3, 2}));
  EXPECT_EQ(got.what.what, answer::pass);
  EXPECT_EQ(got.what.values, (field_list{{"score", 0.1}}));
  EXPECT_EQ(asks("passed"), 1);
  EXPECT_EQ(metric("beckon_predicate_seconds_count{filter=\"risk\"}"), 1);
}

TEST_F(predicates, a_refusal_has_its_reason) {
  start();
  for (const auto& [body, reason] :
       {std::pair{R"({"pass":false,"reason":"too_risky"})", "too_risky"},
        {R"({"pass":false,"reason":"Too risky: u-17"})", "refused"},
        {R"({"pass":false})", "refused"}}) {
    ask(1);
    oracle->reply(said(body));
    const auto got = next<predicate_answer>();
    EXPECT_EQ(got.what.what, answer::refuse);
    EXPECT_EQ(got.what.reason, reason);
  }
  EXPECT_EQ(asks("refused"), 3);
}

TEST_F(predicates, without_a_usable_answer_it_says_why) {
  outreach::asking how;
  how.breaker.failures = 0;
  start(how);
  const std::pair<predicate_reply, std::string> cases[] = {
      {{came::timed_out, 0, "", ""}, "ask_timeout"},
      {{came::unreachable, 0, "", ""}, "ask_unreachable"},
      {{came::too_large, 200, "", ""}, "ask_too_large"},
      {said("{\"pass\":true}", 500), "ask_status"},
      {said("", 302), "ask_status"},
      {said("<html>"), "ask_bad_answer"},
      {said("{\"pass\":true,\"pass\":true}"), "ask_bad_answer"},
      {said(""), "ask_bad_answer"},
  };
  for (const auto& [reply, reason] : cases) {
    ask(1);
    oracle->reply(reply);
    const auto got = next<predicate_answer>();
    EXPECT_EQ(got.what.what, answer::failed) << reason;
    EXPECT_EQ(got.what.reason, reason);
  }
  EXPECT_EQ(asks("ask_status"), 2);
  EXPECT_EQ(asks("ask_bad_answer"), 3);
}

TEST_F(predicates, asks_no_more_at_once_than_it_may) {
  outreach::asking how;
  how.most_in_flight = 3;
  start(how);
  for (std::uint64_t i = 1; i <= 200; ++i) ask(i);
  ASSERT_TRUE(oracle->wait_for(3));
  for (std::uint64_t i = 1; i <= 200; ++i) {
    EXPECT_LE(oracle->waiting(), 3u);
    oracle->reply(said(R"({"pass":true})"));
    EXPECT_EQ(next<predicate_answer>().name.number, i) << "in their order";
  }
  EXPECT_EQ(gauge("in_flight"), 0);
  EXPECT_EQ(gauge("waiting"), 0);
}

TEST_F(predicates, who_waits_too_long_for_a_place_is_not_asked_about) {
  outreach::asking how;
  how.most_in_flight = 1;
  start(how);
  ask(1);
  ASSERT_TRUE(oracle->wait_for(1));
  ask(2, duration::zero());
  ask(3);
  oracle->reply(said(R"({"pass":true})"));
  EXPECT_EQ(next<predicate_answer>().name.number, 1u);
  const auto late = next<predicate_answer>();
  EXPECT_EQ(late.name.number, 2u);
  EXPECT_EQ(late.what.reason, "ask_timeout");
  EXPECT_EQ(oracle->reply(said(R"({"pass":true})")).body, "{\"n\":3}");
}

TEST_F(predicates, an_endpoint_that_keeps_failing_is_left_alone) {
  outreach::asking how;
  how.breaker = {2, duration{1'000}, duration{1'000}};
  start(how);
  for (int i = 0; i < 2; ++i) {
    ask(1);
    oracle->reply(said("", 503));
    next<predicate_answer>();
  }
  ask(2);
  EXPECT_EQ(next<predicate_answer>().what.reason, "ask_breaker_open");
  EXPECT_EQ(oracle->waiting(), 0u) << "at once, and without a question";
  EXPECT_EQ(gauge("breaker_open"), 1);
  clock.step = 2'000;
  ask(3);
  oracle->reply(said(R"({"pass":true})"));
  EXPECT_EQ(next<predicate_answer>().what.what, answer::pass);
  ask(4);
  oracle->reply(said(R"({"pass":true})"));
  next<predicate_answer>();
  EXPECT_EQ(gauge("breaker_open"), 0);
}

TEST_F(predicates, the_next_incarnation_attaches_to_what_is_under_way) {
  start();
  ask(1, duration{60'000}, 1);
  ASSERT_TRUE(oracle->wait_for(1));
  ask(1, duration{60'000}, 2);
  ask(2, duration{60'000}, 2);
  ASSERT_TRUE(oracle->wait_for(2));
  EXPECT_EQ(oracle->waiting(), 2u) << "about 1 nobody is asked twice";
  oracle->reply(said(R"({"pass":true})"));
  EXPECT_EQ(next<predicate_answer>().incarnation, 2u);
  ask(1, duration{60'000}, 2, 1);
  ASSERT_TRUE(oracle->wait_for(2)) << "another round is another question";
}

TEST_F(predicates, a_failing_actor_loses_no_question) {
  start();
  ask(1);
  ASSERT_TRUE(oracle->wait_for(1));
  faults.throw_at({"predicate", "risk", "", 1});
  ask(2);
  const auto failed = next<predicate_answer>();
  EXPECT_EQ(failed.name.number, 2u);
  EXPECT_EQ(failed.what.reason, "ask_down");
  oracle->reply(said(R"({"pass":true})"));
  EXPECT_EQ(next<predicate_answer>().name.number, 1u) << "it was under way all the time";
  ASSERT_TRUE(becomes("beckon_restarts_total{station=\"predicate\"}", 1));
  ask(3);
  oracle->reply(said(R"({"pass":true})"));
  EXPECT_EQ(next<predicate_answer>().name.number, 3u) << "the actor was started again";
}

TEST_F(predicates, an_actor_that_is_off_answers_at_once) {
  start();
  faults.throw_at({"predicate", "risk", ""});
  for (const int restarts : {1, 2, 2}) {
    ask(1);
    EXPECT_EQ(next<predicate_answer>().what.reason, "ask_down");
    ASSERT_TRUE(becomes("beckon_restarts_total{station=\"predicate\"}", restarts));
  }
  ASSERT_TRUE(becomes("beckon_stations_off{station=\"predicate\"}", 1));
  ask(2);
  EXPECT_EQ(next<predicate_answer>().what.reason, "ask_down");
  EXPECT_EQ(oracle->waiting(), 0u);
}

}  // namespace
}  // namespace beckon::tests
