// Deduplication against a plain map of arrivals, over crashes: the table under random bounds, the
// store as rows that are put, dropped and merged as adapters/rocksdb does.
#include <algorithm>
#include <map>
#include <random>
#include <unordered_map>

#include <gtest/gtest.h>

#include "engine/epoch/deduplication.hpp"

namespace beckon::epoch {
namespace {

constexpr std::size_t slot_bytes = 24;

/// What a store holds of one partition.
struct stored_rows {
  struct row {
    timestamp latest = beginning;
    std::string keys;
  };
  std::map<std::pair<arrival_hour, std::uint64_t>, row> rows;
  std::optional<timestamp> whole_since;

  void drop(const forgotten_keys& gone) {
    std::erase_if(rows, [&](const auto& r) {
      return r.first.first == gone.hour &&
             (gone.below == forgotten_keys::all || r.first.second < gone.below);
    });
  }
  /// The rows of an hour become one, of their last epoch.
  void merge(arrival_hour hour) {
    row all;
    std::uint64_t last = 0;
    for (const auto& [at, r] : rows) {
      if (at.first != hour) continue;
      all.keys += r.keys;
      all.latest = std::max(all.latest, r.latest);
      last = at.second;
    }
    drop({hour, forgotten_keys::all});
    if (!all.keys.empty()) rows[{hour, last}] = all;
  }
};

class partition {
 public:
  partition(std::uint64_t seed, std::size_t bytes, duration window)
      : random_(seed), bytes_(bytes), window_(window), table_(window, bytes) {}

  void run(int epochs) {
    for (int i = 0; i < epochs && !::testing::Test::HasFatalFailure(); ++i) {
      pass_time();
      ++epoch_;
      for (auto n = 1 + below(40); n-- > 0;) bring();
      if (below(15) == 0) {
        crash();
      } else {
        commit();
      }
    }
  }
  std::uint64_t repeats_inside() const { return repeats_inside_; }
  duration shortest() const { return shortest_; }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  void pass_time() {
    now_ += duration(below(20'000));
    if (below(30) == 0) now_ += std::chrono::minutes(below(50));
    if (below(200) == 0) now_ += std::chrono::hours(below(6));
  }

  /// A new key, or one of before; arrived just now, or waited in a queue.
  void bring() {
    const auto n =
        below(3) == 0 && last_ > 0 ? last_ - below(std::min<std::uint64_t>(last_, 2'000)) : ++last_;
    const hash128 key = below(4) == 0 ? hash128{n % 7, n} : hash_builder{}.number(n).finish();
    const timestamp arrival = now_ - duration(below(8) == 0 ? below(900'000) : below(300));
    const auto known = taken_.find(key);
    const auto window = table_.real_window(now_);
    const bool inside = known != taken_.end() && is_inside(known->second);
    const bool is_new = table_.insert(key, arrival, epoch_);
    ASSERT_FALSE(is_new && inside) << "taken twice within " << to_string(window);
    ASSERT_FALSE(!is_new && known == taken_.end()) << "refused though it never came";
    ASSERT_LE(table_.bytes(), std::max(bytes_, 16 * slot_bytes));
    repeats_inside_ += inside ? 1 : 0;
    shortest_ = std::min(shortest_, window);
    if (!is_new) return;
    undo_.emplace_back(key, known == taken_.end() ? beginning : known->second);
    taken_[key] = arrival;
    auto& row = fresh_[hour_of(arrival)];
    row.latest = std::max(row.latest, arrival);
    row.keys += to_bytes(key);
  }

  void commit() {
    for (auto& [hour, row] : fresh_) disk_.rows[{hour, epoch_}] = std::move(row);
    fresh_.clear();
    for (const auto& gone : table_.forget(now_)) disk_.drop(gone);
    disk_.whole_since = table_.whole_since();
    undo_.clear();
    if (below(10) == 0) disk_.merge(hour_of(now_) - 1);
  }

  /// What was not committed comes again from the queue; another table is made from the rows.
  void crash() {
    fresh_.clear();
    for (; !undo_.empty(); undo_.pop_back()) {
      const auto& [key, before] = undo_.back();
      if (before == beginning)
        taken_.erase(key);
      else
        taken_[key] = before;
    }
    table_ = deduplication(window_, bytes_);
    table_.restore_whole_since(disk_.whole_since);
    for (const auto& [at, row] : disk_.rows)
      table_.restore({at.first, at.second, row.latest, row.keys});
    if (table_.evicted() == 0) {
      ASSERT_EQ(table_.whole_since(), disk_.whole_since);
    } else {
      ASSERT_GE(table_.size(), table_.bytes() / slot_bytes * 3 / 4 * 3 / 4)
          << "more than had to go";
    }
    for (const auto& [key, arrival] : taken_) {
      ASSERT_FALSE(is_inside(arrival) && table_.insert(key, arrival, epoch_)) << "lost";
    }
  }

  /// An arrival that the table says it remembers.
  bool is_inside(timestamp arrival) const {
    const auto window = table_.real_window(now_);
    return window > duration::zero() && arrival >= now_ - window;
  }

  std::mt19937_64 random_;
  std::size_t bytes_;
  duration window_;
  deduplication table_;
  stored_rows disk_;
  std::map<arrival_hour, stored_rows::row> fresh_;  // of this epoch
  std::unordered_map<hash128, timestamp> taken_;
  std::vector<std::pair<hash128, timestamp>> undo_;  // of this epoch: what was known before
  timestamp now_ = from_ms(1'700'000'000'000);
  std::uint64_t epoch_ = 0, last_ = 0, repeats_inside_ = 0;
  duration shortest_ = window_;
};

class deduplication_oracle : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(deduplication_oracle, agrees_under_any_bound_and_over_any_crash) {
  const std::size_t slots[] = {1, 64, 256, 2'048, 1 << 20};
  for (const auto most : slots) {
    for (const duration window : {duration(3'600'000), duration(5 * 3'600'000)}) {
      partition one(GetParam() * 31 + most, most * slot_bytes, window);
      one.run(300);
      ASSERT_FALSE(HasFatalFailure()) << most << " slots";
      EXPECT_GT(one.repeats_inside(), 0u) << most << " slots";
      if (most <= 256) {
        EXPECT_LT(one.shortest(), std::chrono::hours(1));
      }
      if (most > 1 << 19) {
        EXPECT_EQ(one.shortest(), window);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, deduplication_oracle, ::testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace beckon::epoch
