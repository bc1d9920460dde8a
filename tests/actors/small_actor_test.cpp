// The small actor: like any other to those who send to it, watch it and end it.
#include "actors/runtime/small_actor.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "actors/runtime/actor_base.hpp"

namespace beckon::actors {
namespace {

using number_actor = caf::typed_actor<caf::reacts_to<int>>;

constexpr int poison = -1;
constexpr auto patience = std::chrono::seconds(20);

/// What one of them did; outlives it.
struct diary {
  std::vector<int> taken;  // by its own messages only: one at a time
  std::atomic<bool> at_work{false};
  std::atomic<bool> overlapped{false};
  std::atomic<int> count{0};
  std::string last_word;
};

class counting final : public small_actor {
 public:
  counting(caf::actor_config& config, std::shared_ptr<diary> d, caf::actor_addr parent)
      : small_actor(config), diary_(std::move(d)), parent_(std::move(parent)) {}
  const char* name() const override { return "counting"; }

 private:
  void receive(caf::type_erased_tuple& message) override {
    if (!message.match_elements<int>()) return;
    if (diary_->at_work.exchange(true)) diary_->overlapped = true;
    if (message.get_as<int>(0) == poison) throw std::runtime_error("cannot stand it");
    diary_->taken.push_back(message.get_as<int>(0));
    diary_->at_work = false;
    ++diary_->count;
  }
  void failed(const std::string& why) noexcept override { diary_->last_word = why; }
  caf::actor_addr parent() const override { return parent_; }

  std::shared_ptr<diary> diary_;
  caf::actor_addr parent_;
};

class a_small_actor : public ::testing::Test {
 protected:
  ~a_small_actor() override { one = number_actor(); }

  number_actor make(const caf::actor_addr& parent = {}) {
    return make_small_actor<number_actor, counting>(system, seen, parent);
  }
  bool comes_to(int count) const {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (seen->count < count && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return seen->count == count;
  }
  /// What it ended with, as who monitors it is told.
  caf::error end_of_it() {
    caf::error reason;
    test->receive([&](caf::down_msg& m) { reason = std::move(m.reason); },
                  caf::after(patience) >> [] { ADD_FAILURE() << "it did not end"; });
    return reason;
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor test{system};
  std::shared_ptr<diary> seen = std::make_shared<diary>();
  number_actor one = make();
};

TEST_F(a_small_actor, takes_messages_one_at_a_time_each_senders_in_order) {
  constexpr int senders = 4, each = 5'000;
  {
    std::vector<std::jthread> all;
    for (int s = 0; s < senders; ++s) {
      all.emplace_back([this, s] {
        for (int i = 0; i < each; ++i) caf::anon_send(one, s * each + i);
      });
    }
  }
  ASSERT_TRUE(comes_to(senders * each)) << seen->count;
  EXPECT_FALSE(seen->overlapped);
  std::vector<int> next(senders, 0);
  for (const int n : seen->taken)
    ASSERT_EQ(n % each, next[static_cast<std::size_t>(n / each)]++) << "of sender " << n / each;
}

TEST_F(a_small_actor, drops_what_it_does_not_know) {
  caf::anon_send(caf::actor_cast<caf::actor>(one), std::string("what is this?"));
  caf::anon_send(one, 1);
  EXPECT_TRUE(comes_to(1));
}

TEST_F(a_small_actor, that_throws_says_so_and_ends_with_the_reason) {
  test->monitor(one);
  caf::anon_send(one, 1);
  caf::anon_send(one, poison);
  caf::anon_send(one, 2);
  EXPECT_EQ(text_of(end_of_it()), "cannot stand it");
  EXPECT_EQ(seen->last_word, "cannot stand it");
  EXPECT_EQ(seen->taken, std::vector<int>{1});
}

TEST_F(a_small_actor, that_has_ended_answers_requests_with_an_error) {
  test->monitor(one);
  caf::anon_send(one, poison);
  end_of_it();
  bool refused = false;
  test->request(caf::actor_cast<caf::actor>(one), patience, 1)
      .receive([] {}, [&](const caf::error& e) { refused = e != caf::sec::request_timeout; });
  EXPECT_TRUE(refused);
  EXPECT_EQ(seen->count, 0);
}

TEST_F(a_small_actor, ends_with_its_parent_and_not_with_anybody_else) {
  one = make(test->address());
  test->monitor(one);
  caf::scoped_actor stranger(system);
  stranger->send_exit(one, caf::exit_reason::unhandled_exception);
  caf::anon_send(one, 1);
  ASSERT_TRUE(comes_to(1)) << "a stranger's end";
  test->send_exit(one, caf::exit_reason::unhandled_exception);
  EXPECT_EQ(end_of_it(), caf::exit_reason::unhandled_exception);
}

TEST_F(a_small_actor, ends_when_it_is_asked_to) {
  for (const auto reason : {caf::exit_reason::user_shutdown, caf::exit_reason::kill}) {
    one = make();
    test->monitor(one);
    caf::anon_send_exit(one, reason);
    EXPECT_EQ(end_of_it(), reason);
  }
}

TEST_F(a_small_actor, is_gone_when_nobody_holds_it) {
  const std::weak_ptr<diary> its = seen;
  test->monitor(one);
  seen.reset();
  one = number_actor();
  EXPECT_EQ(end_of_it(), caf::exit_reason::unreachable);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!its.expired() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(its.expired());
}

TEST_F(a_small_actor, is_small) {
  constexpr std::size_t own = sizeof(std::shared_ptr<diary>) + sizeof(caf::actor_addr);
  EXPECT_LE(sizeof(caf::actor_storage<counting>) - own, 208u);
}

}  // namespace
}  // namespace beckon::actors
