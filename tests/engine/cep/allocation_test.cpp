// How often judging allocates: every `new` of this program is counted.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "tests/engine/cep/support.hpp"

namespace {

std::size_t allocations = 0;

void* counted(std::size_t bytes) {
  ++allocations;
  if (void* got = std::malloc(bytes == 0 ? 1 : bytes)) return got;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) {
  return counted(bytes);
}
void* operator new[](std::size_t bytes) {
  return counted(bytes);
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete[](void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}

namespace beckon::cep::testing {
namespace {

constexpr const char* long_text = "a text far too long to stand inside of a string object";

class allocations_of : public ::testing::Test {
 protected:
  void SetUp() override {
    rules_ = set_of({
        "RULE by_page WHEN a WHERE s = 'this page has a rather long name, longer than most' AND "
        "m > 5 FIRE ONCE",
        "RULE by_amount WHEN b WHERE m > 100 AND s LIKE '%long name' FIRE ONCE",
        "RULE often WHEN c WHERE v BETWEEN 5 AND 9 AND s MATCHES 'long.*name' AT LEAST 3 TIMES "
        "WITHIN 1 h FIRE ONCE",
        "RULE waits SAME k WHEN d WHERE v = 1 BUT NOT e FOR 1 h FIRE ONCE PER 1 h",
        "RULE past WHEN d WHERE v = 2 BUT NOT c WHERE m < 0 IN THE LAST 1 h FIRE ONCE",
    });
    subject_ = std::make_unique<one_subject>(rules_);
  }

  std::size_t of_judging_once(one_subject& by, const event& e) {
    const std::size_t before = allocations;
    judge({*rules_, by.who, nullptr, "UTC", by.matches}, by.state, e, roles_, beginning);
    return allocations - before;
  }
  /// Of the second time: the first one makes room.
  std::size_t of_judging(const event& e) {
    of_judging_once(*subject_, e);
    return of_judging_once(*subject_, e);
  }

  std::shared_ptr<const rule_set> rules_;
  std::unique_ptr<one_subject> subject_;
  const std::vector<std::string> roles_{"user_id"};
};

TEST_F(allocations_of, an_event_that_nobody_cares_for_are_none) {
  for (const char* type : {"a", "b", "c", "d", "e", "bg"}) {
    const event e = made_event(type, 1, {{"s", long_text}, {"m", 7.0}, {"v", 4}, {"k", long_text}});
    EXPECT_EQ(of_judging(e), 0U) << type;
    ASSERT_TRUE(subject_->state.empty()) << type;
    ASSERT_FALSE(rules_->can_begin(e)) << type;
    const std::size_t before = allocations;
    rules_->can_begin(e);
    EXPECT_EQ(allocations - before, 0U) << type;
  }
}

TEST_F(allocations_of, a_subject_with_runs_that_the_event_does_not_concern_are_none) {
  for (const char* key : {"1", "2", "3"})
    subject_->feed(made_event("d", 1, {{"v", 1}, {"k", key}}));
  ASSERT_FALSE(subject_->state.empty());
  for (const char* type : {"a", "b", "c", "d"}) {
    EXPECT_EQ(of_judging(made_event(type, 2, {{"s", long_text}, {"v", 4}, {"k", "1"}})), 0U)
        << type;
  }
}

TEST_F(allocations_of, an_event_that_cancels_nothing_are_none) {
  subject_->feed(made_event("d", 1, {{"v", 1}, {"k", "1"}}));
  ASSERT_FALSE(subject_->state.empty());
  EXPECT_EQ(of_judging(made_event("d", 2, {{"v", 3}, {"k", "9"}})), 0U);
}

TEST_F(allocations_of, a_clock_that_nothing_is_due_at_are_none) {
  subject_->feed(made_event("d", 1, {{"v", 1}, {"k", "1"}}));
  const judging j{*rules_, subject_->who, nullptr, "UTC", subject_->matches};
  settle(j, subject_->state, at_second(2));
  const std::size_t before = allocations;
  settle(j, subject_->state, at_second(3));
  EXPECT_EQ(allocations - before, 0U);
}

// The key, its run, the index among rules: nothing is kept that is not state.
TEST_F(allocations_of, a_wait_that_begins_are_few) {
  one_subject other(rules_, "u2");
  subject_->feed(made_event("d", 1, {{"v", 1}, {"k", "1"}}));
  EXPECT_LE(of_judging_once(other, made_event("d", 1, {{"v", 1}, {"k", "1"}})), 5U);
  EXPECT_FALSE(other.state.empty());
}

}  // namespace
}  // namespace beckon::cep::testing
