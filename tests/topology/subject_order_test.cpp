// A batch subject by subject: every turn once, each subject's in the order of inputs, and together.
#include "topology/backtest/subject_order.hpp"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace beckon::topology {
namespace {

void add(input_batch& to, const std::vector<std::string>& users) {
  std::vector<concerned_subject> subjects;
  for (const std::string& u : users) subjects.push_back({{"user", u}, {}});
  to.add({}, subjects, users.empty() ? hash128() : key_of(subjects.front().who), beginning);
}

TEST(subject_order, keeps_each_subjects_inputs_together_and_in_order) {
  input_batch batch;
  for (const auto& users : std::vector<std::vector<std::string>>{
           {"ann"}, {"bob"}, {"ann"}, {}, {"bob", "ann"}, {"cat"}})
    add(batch, users);

  subject_order order;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> got;
  std::vector<bool> another;
  for (const subject_turn& t : order.of(batch)) {
    lane_input in;
    batch.read(t.input, in);
    EXPECT_EQ(t.key, key_of(in.subjects[t.subject].who));
    got.emplace_back(t.input, t.subject);
    another.push_back(t.another);
  }
  using turns = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  EXPECT_EQ(got, (turns{{0, 0}, {2, 0}, {4, 1}, {1, 0}, {4, 0}, {5, 0}}));
  EXPECT_EQ(another, (std::vector<bool>{true, false, false, true, false, true}));
}

TEST(subject_order, gives_every_turn_of_batch_after_batch) {
  std::mt19937 dice(11);
  subject_order order;
  for (const std::size_t size : {900U, 3U, 0U, 2000U}) {
    input_batch batch;
    std::set<std::pair<std::uint32_t, std::uint32_t>> expected;
    for (std::uint32_t i = 0; i < size; ++i) {
      std::vector<std::string> users;
      for (std::uint32_t s = 0; s < dice() % 3; ++s) {
        users.push_back("u" + std::to_string(dice() % 50) + "/" + std::to_string(s));
        expected.emplace(i, s);
      }
      add(batch, users);
    }
    std::map<hash128, std::uint32_t> last;
    std::size_t count = 0;
    for (const subject_turn& t : order.of(batch)) {
      ++count;
      EXPECT_EQ(expected.erase({t.input, t.subject}), 1U);
      const auto [at, first] = last.try_emplace(t.key, t.input);
      EXPECT_TRUE(first || at->second < t.input);
      at->second = t.input;
    }
    EXPECT_TRUE(expected.empty()) << expected.size() << " of " << count << " are missing";
  }
}

}  // namespace
}  // namespace beckon::topology
