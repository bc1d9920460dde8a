// The outbox under random schedules, as model.py runs the protocol: commits that fail, partitions
// and processes that restart, channels that attach a running attempt and keep results until a
// commit holds them.
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "engine/delivery/outbox.hpp"

namespace beckon::delivery {
namespace {

constexpr retry_policy policy{3, duration(5), duration(20), 0.5};
constexpr std::size_t credit = 3;
const std::string channels[] = {"inbox", "push"};

struct schedule {
  explicit schedule(unsigned seed) : random(seed) {}

  using attempt_key = std::pair<std::uint64_t, std::uint32_t>;  // (order, attempt)

  std::mt19937 random;
  timestamp now = from_ms(1000);
  outbox box;
  std::uint64_t last_order = 0;
  std::uint64_t order_at_start = 0;  // of the process

  // What is durable, and what the next commit holds.
  std::map<std::uint64_t, outbox_entry> rows;
  std::set<std::uint64_t> reserved;
  std::map<std::uint64_t, int> ends;
  std::vector<outbox_entry> new_entries;
  std::vector<settlement> settled;
  std::vector<attempt_key> taken;  // results the next commit holds

  // The channels: in memory of the process.
  std::map<std::uint64_t, std::uint32_t> running;
  std::map<attempt_key, answer> kept;
  std::vector<attempt_result> inbox;
  std::vector<attempt_result> late;  // what came once and may come again

  std::set<attempt_key> offered;  // by this incarnation
  std::set<std::uint64_t> started, effective, uncertain;
  std::set<std::uint64_t> strict;           // at_most_once
  std::set<std::uint64_t> held;             // held back once: others may have overtaken them
  std::map<std::uint64_t, int> may_effect;  // attempts that took effect

  unsigned below(unsigned n) { return random() % n; }
  static std::string text(const char* what, std::uint64_t order) {
    return std::string(what) + " of entry " + std::to_string(order);
  }

  void decide() {
    outbox_entry e;
    e.order = ++last_order;
    e.delivery = hash128{5, e.order};
    e.who.id = std::to_string(below(3));
    e.channel = channels[below(2)];
    if (below(3) == 0) e.expires = now + duration(1 + below(60));
    if (below(3) == 0) {
      e.when_unknown = ambiguity::at_most_once;
      strict.insert(e.order);
    }
    new_entries.push_back(std::move(e));
  }

  void commit() {
    for (const outbox_entry& e : new_entries) {
      rows[e.order] = e;
      reserved.insert(e.order);
    }
    for (const settlement& s : settled) commit_settlement(s);
    for (const attempt_key& key : taken) kept.erase(key);
    for (outbox_entry& e : new_entries) box.add(std::move(e));
    for (settlement& s : settled) {
      if (s.what == settlement::row::rewrite) box.add(std::move(s.entry));
    }
    forget_epoch();
  }

  void commit_settlement(const settlement& s) {
    const std::uint64_t order = s.entry.order;
    if (s.what == settlement::row::rewrite) {
      rows[order] = s.entry;
      return;
    }
    ASSERT_EQ(rows.erase(order), 1u) << text("second end", order);
    if (!s.delivered && s.release) reserved.erase(order);
    ++ends[order];
  }

  void forget_epoch() {
    new_entries.clear();
    settled.clear();
    taken.clear();
  }

  void restart(bool of_process) {
    forget_epoch();
    box = outbox();
    offered.clear();
    inbox.clear();
    if (of_process) {
      order_at_start = rows.empty() ? order_at_start : rows.rbegin()->first;
      for (const auto& row : rows) uncertain.insert(row.first);
      for (const auto& call : running) {
        if (below(2) == 0) take_effect(call.first);
      }
      running.clear();
      kept.clear();
      late.clear();
    }
    for (const auto& row : rows) {
      if (row.second.expires != never) uncertain.insert(row.first);
      box.recover(row.second, order_at_start);
    }
  }

  void release() {
    if (below(2) == 0) expire();
    for (const std::string& channel : channels) {
      const channel_credit c{channel, below(credit + 1)};
      auto offers = box.next(now, {&c, 1});
      ASSERT_LE(offers.start.size() + offers.announce.size(), c.credit);
      for (const auto& e : offers.start) below(8) == 0 ? hold_back(*e) : offer(*e);
      for (settlement& s : offers.announce) {
        ASSERT_TRUE(strict.contains(s.entry.order));
        settled.push_back(std::move(s));
      }
    }
  }

  void hold_back(const outbox_entry& e) {
    if (kept.contains({e.order, e.attempt}) || running.contains(e.order)) return offer(e);
    held.insert(e.order);
    auto s = box.hold_back(e.delivery, e.attempt, now + duration(1 + below(10)));
    ASSERT_EQ(s.has_value(), strict.contains(e.order));
    if (s) settled.push_back(std::move(*s));
  }

  void take_effect(std::uint64_t order) {
    effective.insert(order);
    ASSERT_FALSE(++may_effect[order] > 1 && strict.contains(order)) << text("second effect", order);
  }

  void expire() {
    for (settlement& s : box.expire(now)) {
      ASSERT_TRUE(s.reason == "ambiguous" || s.entry.expires <= now);
      settled.push_back(std::move(s));
    }
  }

  void offer(const outbox_entry& e) {
    const attempt_key key{e.order, e.attempt};
    ASSERT_TRUE(rows.contains(e.order)) << text("offer before its commit", e.order);
    ASSERT_EQ(rows[e.order].attempt, e.attempt) << text("attempt before its commit", e.order);
    ASSERT_TRUE(offered.insert(key).second) << text("second offer", e.order);
    ASSERT_EQ(rows[e.order].attempting, strict.contains(e.order)) << text("unannounced", e.order);
    ASSERT_LT(now, e.expires) << text("attempt after expiry", e.order);
    ASSERT_LE(e.retry_at, now) << text("attempt before its time", e.order);
    if (const auto result = kept.find(key); result != kept.end()) {
      inbox.push_back({e.delivery, e.attempt, result->second});
      return;
    }
    const auto [call, is_new] = running.emplace(e.order, e.attempt);
    ASSERT_EQ(call->second, e.attempt) << text("two attempts in flight", e.order);
    if (!is_new) return;
    if (started.insert(e.order).second) check_start_order(e);
  }

  void check_start_order(const outbox_entry& e) {
    for (const auto& [order, row] : rows) {
      if (order >= e.order || row.who != e.who || row.channel != e.channel) continue;
      if (strict.contains(order) != strict.contains(e.order) || held.contains(order)) continue;
      const bool is_lost = row.attempting && order <= order_at_start;
      const bool was_first = started.contains(order) || row.expires <= now || is_lost;
      ASSERT_TRUE(was_first) << text("overtaking start", e.order);
    }
  }

  void answer_one() {
    if (running.empty()) return;
    auto call = running.begin();
    std::advance(call, below(static_cast<unsigned>(running.size())));
    const attempt_key key{call->first, call->second};
    running.erase(call);
    constexpr answer answers[] = {answer::delivered, answer::delivered, answer::refused,
                                  answer::busy, answer::unknown};
    const answer a = answers[below(5)];
    if (a == answer::delivered || (a == answer::unknown && below(2) == 0)) take_effect(key.first);
    if (a == answer::unknown) uncertain.insert(key.first);
    kept[key] = a;
    if (offered.contains(key)) inbox.push_back({hash128{5, key.first}, key.second, a});
  }

  void take_results() {
    for (const attempt_result& r : inbox) {
      auto s = box.apply(r, policy, now, below(1000) / 1000.0);
      if (!s) continue;
      taken.emplace_back(r.delivery.low, r.attempt);
      late.push_back(r);
      settled.push_back(std::move(*s));
    }
    inbox.clear();
    if (!late.empty() && below(2) == 0) inbox.push_back(late[below(unsigned(late.size()))]);
  }

  void step() {
    switch (below(40)) {
      case 0:
        return restart(false);  // a failed commit, a fault of the partition
      case 1:
        return below(3) == 0 ? restart(true) : void();
      default:
        break;
    }
    switch (below(6)) {
      case 0:
        return decide();
      case 1:
        return commit();
      case 2:
        return release();
      case 3:
        return answer_one();
      case 4:
        return take_results();
      default:
        now += duration(below(4));
    }
  }

  void drain() {
    for (int i = 0; i < 400 && !(rows.empty() && new_entries.empty()); ++i) {
      now += duration(5);
      release();
      while (!running.empty()) answer_one();
      take_results();
      commit();
    }
  }

  void check_end() {
    ASSERT_TRUE(rows.empty()) << "entries left";
    ASSERT_EQ(box.size(), 0u);
    ASSERT_EQ(box.in_flight(), 0u);
    for (const auto& [order, count] : ends) ASSERT_EQ(count, 1) << text("ends", order);
    for (const std::uint64_t order : effective) {
      ASSERT_TRUE(reserved.contains(order))
          << text("released reservation in spite of an effect", order);
    }
    for (const std::uint64_t order : reserved) {
      ASSERT_TRUE(effective.contains(order) || uncertain.contains(order))
          << text("kept reservation without effect", order);
    }
  }
};

TEST(outbox_schedules, one_attempt_in_flight_starts_in_order_nothing_lost) {
  std::size_t entries = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    schedule s(seed);
    for (int i = 0; i < 300 && !::testing::Test::HasFatalFailure(); ++i) s.step();
    s.drain();
    s.check_end();
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed;
    entries += s.ends.size();
  }
  EXPECT_GT(entries, 20'000u);
}

}  // namespace
}  // namespace beckon::delivery
