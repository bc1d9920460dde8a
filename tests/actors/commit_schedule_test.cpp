// Epochs that are worked on while the one before is written, under random failures: whatever
// commits, incarnations and processes end in, what is committed and sent is what plain loops over
// the events say, once each and in order, and what remains is what an undisturbed run leaves.
#include "tests/actors/commit_schedule.hpp"

namespace beckon::tests {
namespace {

constexpr std::uint64_t schedules = 300;
constexpr auto within = std::chrono::hours(1);  // of rule wanted

struct brought {
  std::string type, user;
  event what;
};
using by_user = std::map<std::string, std::vector<std::string>>;

/// "rule@ms" of each firing: every view fires; a fav, when the last view is not used and less than
/// an hour ago. An event with the id of another is not judged.
by_user firings_of(const std::vector<brought>& all) {
  by_user found;
  std::map<std::string, std::optional<timestamp>> views;
  std::set<std::string> seen;
  for (const auto& e : all) {
    if (!seen.insert(e.what.id).second) continue;
    auto& view = views[e.user];
    const auto at = "@" + std::to_string(to_ms(e.what.time));
    if (e.type == "view") {
      found[e.user].push_back("seen" + at);
      view = e.what.time;
    } else if (view && e.what.time < *view + within) {
      found[e.user].push_back("wanted" + at);
      view.reset();
    }
  }
  return found;
}

class commit_schedules : public commit_schedule {
 protected:
  /// In order of time; some twice, under one id, as a client sends what was not answered.
  std::vector<brought> events(std::size_t count) {
    std::vector<brought> all;
    auto second = static_cast<double>(to_ms(clock.now()) / 1'000);
    while (all.size() < count) {
      second += chance(4) ? 1'500 : 10;
      const std::string type = chance(2) ? "view" : "fav";
      const auto& user = users[pick(users.size())];
      auto e = cep::testing::market_event(*under.events, type, second, {{"user_id", user}});
      e.id = "e" + std::to_string(all.size());
      e.client_id = chance(2);
      if (!all.empty() && all.back().what.client_id && chance(4))
        all.push_back(all[all.size() - 1]);
      all.push_back({type, user, std::move(e)});
    }
    return all;
  }
  /// In envelopes of one door, each of one to three entries.
  queue messages_of(const std::vector<brought>& all) {
    door_settings door;
    door.name = "http/node@1";
    door.source = "web";
    queue out;
    timestamp before = all.front().what.time;
    for (std::size_t at = 0; at < all.size();) {
      outgoing_envelope envelope;
      envelope.after = at;
      envelope.before = before;
      const auto end = std::min(all.size(), at + 1 + pick(3));
      strings bodies;
      for (auto i = at; i < end; ++i) {
        const concerned_subject who{{"user", all[i].user}, {"user_id"}};
        bodies.push_back(codec::encode_entry_body({&who, 1}, all[i].what, *under.events));
      }
      for (; at < end; ++at) {
        envelope.entries.push_back(
            {at + 1, before, bodies[bodies.size() - static_cast<std::size_t>(end - at)]});
        before = all[at].what.time;
      }
      envelope.clock = before;
      const auto place = out.size() + 1;
      out.push_back({place,
                     static_cast<std::int64_t>(place),
                     "",
                     {},
                     codec::encode_envelope(door, envelope)});
    }
    return out;
  }

  std::vector<v1::TrackRecord> records(std::initializer_list<v1::TrackRecord::Step> steps) {
    std::vector<v1::TrackRecord> out;
    for (const auto& bytes : disk().decisions()) {
      v1::TrackBatch batch;
      EXPECT_TRUE(batch.ParseFromString(bytes));
      for (const auto& r : batch.records()) {
        if (std::find(steps.begin(), steps.end(), r.step()) != steps.end()) out.push_back(r);
      }
    }
    return out;
  }
  by_user fired() {
    by_user found;
    for (const auto& r : records({v1::TrackRecord::MATCHED}))
      found[r.subject_id()].push_back(r.rule() + "@" + std::to_string(r.time_ms()));
    return found;
  }
  /// One delivery of each firing, ended once.
  void check_sends() {
    std::map<std::string, int> due;  // by trace id
    for (const auto& r : records({v1::TrackRecord::MATCHED})) ++due[r.trace_id()];
    std::map<std::string, int> sent;  // by delivery id
    for (const auto& r : records({v1::TrackRecord::SENT})) {
      EXPECT_EQ(r.action(), "tell_" + r.rule());
      EXPECT_EQ(due[r.trace_id()]--, 1);
      EXPECT_EQ(sent[r.delivery_id()]++, 0);
    }
    for (const auto& [id, open] : due) EXPECT_EQ(open, 0);
    for (const auto& r : records({v1::TrackRecord::DELIVERED, v1::TrackRecord::FAILED}))
      EXPECT_EQ(sent[r.delivery_id()]--, 1);
    for (const auto& [id, open] : sent) EXPECT_EQ(open, 0);
  }
  /// Counted is what was sent, but not what certainly failed.
  void check_ledgers() {
    std::multiset<std::string> counted;
    for (const auto& [key, bytes] : disk().rows(port::row_kind::ledger)) {
      const auto sends = codec::decode_ledger(bytes);
      ASSERT_TRUE(sends.ok());
      for (const auto& s : *sends) counted.insert(to_bytes(s.delivery));
    }
    std::size_t open = counted.size();
    for (const auto& r : records({v1::TrackRecord::DELIVERED, v1::TrackRecord::FAILED})) {
      const bool delivered = r.step() == v1::TrackRecord::DELIVERED;
      const auto times = counted.count(r.delivery_id());
      if (delivered || channel().unclear.contains(*hash_from_bytes(r.delivery_id()))) {
        EXPECT_EQ(times, 1u);
      } else if (reach.crashes == crashes_) {
        EXPECT_EQ(times, 0u);
      }
      open -= times;
    }
    EXPECT_EQ(open, 0u) << "of what was not sent";
  }
  void check_letters() {
    std::size_t given_up = 0;
    for (const auto& r : records({v1::TrackRecord::FAILED})) given_up += r.reason() != "expired";
    EXPECT_EQ(disk().rows(port::row_kind::dead_letter).size(), given_up);
  }

  strings users;
  int crashes_ = 0;  ///< before this schedule
};

TEST_F(commit_schedules, whatever_fails_each_firing_is_committed_and_sent_once) {
  for (std::uint64_t seed = 1; seed <= schedules && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    draw_from(seed);
    users.assign({"a", "b", "c"});
    users.resize(1 + pick(3));
    const auto all = events(10 + pick(40));
    const auto messages = messages_of(all);
    begin(messages);
    finish();
    const auto states = disk().rows(port::row_kind::state);
    EXPECT_EQ(fired(), firings_of(all)) << "undisturbed";
    end_process();

    crashes_ = reach.crashes;
    begin(messages);
    disturb(80 + static_cast<int>(pick(160)), users);
    finish();
    EXPECT_EQ(fired(), firings_of(all));
    EXPECT_EQ(disk().rows(port::row_kind::state), states);
    check_sends();
    check_ledgers();
    check_letters();
    end_process();
  }
  const std::vector<std::pair<std::string, int>> reached{
      {"overlapped commits", reach.overlapped},
      {"failed commits", reach.failed},
      {"failed and applied", reach.failed_applied},
      {"failed behind one", reach.failed_second},
      {"killed in a commit", reach.killed_in_commit},
      {"ends of processes", reach.crashes},
      {"sessions that failed beside a commit", reach.failed_sessions},
      {"loads beside a commit", reach.loads_in_commit},
      {"recovered deliveries", reach.recovered_deliveries}};
  for (const auto& [what, times] : reached) EXPECT_GT(times, 30) << what;
}

}  // namespace
}  // namespace beckon::tests
