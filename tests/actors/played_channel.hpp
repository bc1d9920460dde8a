// A channel of one partition: like a channel's desk it makes an attempt once and keeps its result
// until a commit holds it; who attempts what the store does not hold is found out. Used by one
// thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include "messages/actor/protocol.hpp"
#include "tests/actors/played_disk.hpp"

namespace beckon::tests {

class played_channel {
 public:
  using attempt_key = std::pair<hash128, std::uint32_t>;

  explicit played_channel(played_disk& disk) : disk_(disk) {}

  void take(const actors::attempt_request& r, const actors::outbox_actor& from) {
    r.alive->confirm();
    check(r);
    const attempt_key key{r.what.id, r.what.attempt};
    const auto [at, fresh] = entries_.try_emplace(key);
    at->second.reply_to = from;
    at->second.order = r.order;
    if (fresh) {
      EXPECT_TRUE(made_.insert(key).second) << "attempt " << key.second << " is made twice";
      running_.push_back(key);
    } else if (at->second.ended) {
      answer(key, at->second);
    }
  }
  /// The provider answers one of the attempts under way.
  void answer_one(std::size_t number) {
    if (running_.empty()) return;
    const auto at = running_.begin() + static_cast<std::ptrdiff_t>(number % running_.size());
    const auto key = *at;
    running_.erase(at);
    if (outcome(key) == port::delivery_outcome::unknown) unclear.insert(key.first);
    auto& e = entries_.at(key);
    e.ended = true;
    answer(key, e);
  }
  void answer_all() {
    while (!running_.empty()) answer_one(0);
  }
  void forget(const actors::attempts_committed& done) {
    for (const auto& key : done.which) entries_.erase(key);
  }
  /// The process ended: what was under way is attempted again.
  void lose() {
    entries_.clear();
    running_.clear();
    made_.clear();
  }

  std::set<hash128> unclear;  ///< deliveries of which an attempt may have taken effect

 private:
  struct entry {
    std::uint64_t order = 0;
    actors::outbox_actor reply_to;
    bool ended = false;
  };
  struct content {
    hash128 occurrence;
    std::string user, action, body;
    friend bool operator==(const content&, const content&) = default;
  };

  /// The outbox's row says so, and it is what every attempt before was.
  void check(const actors::attempt_request& r) {
    const auto bytes = disk_.row(port::row_kind::outbox, codec::outbox_key(r.order));
    ASSERT_TRUE(bytes) << "attempted before its record was durable, or after it ended";
    const auto row = codec::decode_outbox(*bytes);
    ASSERT_TRUE(row.ok());
    EXPECT_EQ(row->delivery, r.what.id);
    EXPECT_EQ(row->attempt, r.what.attempt);
    const content what{r.what.occurrence, r.what.who.id, r.what.action, r.what.body};
    EXPECT_EQ(row->body, what.body);
    EXPECT_EQ(contents_.try_emplace(r.what.id, what).first->second, what);
    EXPECT_EQ(ids_.try_emplace({what.occurrence, what.action}, r.what.id).first->second, r.what.id);
  }
  static port::delivery_outcome outcome(const attempt_key& key) {
    const auto bytes = to_bytes(key.first);
    const auto number = std::hash<std::string>{}(bytes + char(key.second)) % 10;
    return number < 6   ? port::delivery_outcome::delivered
           : number < 7 ? port::delivery_outcome::refused
           : number < 9 ? port::delivery_outcome::busy
                        : port::delivery_outcome::unknown;
  }
  static void answer(const attempt_key& key, const entry& e) {
    caf::anon_send(
        e.reply_to,
        actors::attempt_done{"inbox", e.order, key.first, key.second, {outcome(key), {}, {}}});
  }

  played_disk& disk_;
  std::map<attempt_key, entry> entries_;
  std::vector<attempt_key> running_;
  std::set<attempt_key> made_;  ///< since the process began
  std::map<hash128, content> contents_;
  std::map<std::pair<hash128, std::string>, hash128> ids_;
};

}  // namespace beckon::tests
