// A firing partition whose every peer is played in an order drawn at random: nothing runs but what
// the schedule has run, so that a seed is one schedule. Commits fail, incarnations and processes
// end at any moment; the next one passes the barrier, recovers, and is offered its queue again from
// the committed offset on. What must hold at every moment is checked as it goes. Used by one
// thread.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <caf/scheduler/test_coordinator.hpp>

#include "tests/actors/firing_partition.hpp"
#include "tests/actors/played_channel.hpp"
#include "tests/actors/played_disk.hpp"

namespace beckon::tests {

/// How often schedules came to it, so that a test can tell that it tried anything.
struct schedule_reach {
  int overlapped = 0, failed = 0, failed_applied = 0, failed_second = 0, killed_in_commit = 0,
      crashes = 0, failed_sessions = 0, loads_in_commit = 0, recovered_deliveries = 0;
};

class commit_schedule : public firing_partition {
 protected:
  using asker = actors::partition_actor;
  using queue = std::vector<port::stored_message>;

  commit_schedule() : firing_partition(caf::atom("testing")) {
    way = &reading_;
    settings.clock_wait_max = settings.dedup_window = duration{1'000'000'000};
  }
  void TearDown() override { end_process(); }

  void draw_from(std::uint64_t seed) { random_.seed(seed); }
  /// A new disk, a new process.
  void begin(queue messages) {
    disk_.emplace();
    channel_.emplace(*disk_);
    messages_ = std::move(messages);
    tracker_.emplace(*disk_);
    faults.calm();
    sessions_failed_ = faults.thrown();
    failing_ = false;
    purged_below = 0;
    settings.epoch_events = chance(2) ? 4'096 : 1 + pick(4);
    settings.session_idle = duration{chance(2) ? 1'000 : 1'000'000'000};
    settings.quiet_epoch_time = duration{chance(2) ? 0 : 100};
    clock.step = 2;  // whoever looks at it finds that a commit takes long
    begin_process();
  }
  /// Steps at random.
  void disturb(int steps, const strings& users) {
    for (; steps > 0 && !HasFailure(); --steps) {
      act(users);
      run(chance(3) ? SIZE_MAX : pick(8));
      reach.overlapped += disk_->waiting() == 2 ? 1 : 0;
    }
  }
  /// Undisturbed from here on, until all is read and sent.
  void finish() {
    for (int round = 0; round < 400 && !quiet(); ++round) {
      if (!alive_) next_incarnation();
      offer(messages_.size());
      run(SIZE_MAX);
      while (disk_->waiting() > 0) disk_->write_oldest();
      while (!disk_->idle()) answer_commit();
      run(SIZE_MAX);
      answer_rows();
      answer_routes();
      channel_->answer_all();
      while (!tracker_->idle()) publish();
      time_passes(61'000);
    }
    EXPECT_TRUE(quiet()) << "read up to " << disk_->taken() << " of " << messages_.size();
  }
  void end_process() {
    if (alive_) caf::anon_send_exit(tested, caf::exit_reason::user_shutdown);
    may_end_ = true;
    run(SIZE_MAX);
    EXPECT_FALSE(alive_);
  }

  played_disk& disk() { return *disk_; }
  played_channel& channel() { return *channel_; }
  std::size_t pick(std::size_t below) { return random_() % below; }
  bool chance(std::size_t one_in) { return pick(one_in) == 0; }

  schedule_reach reach;

 private:
  /// Whoever reads it is offered what stands behind the offset.
  struct bus_to_read final : empty_bus {
    explicit bus_to_read(commit_schedule& of) : of_(of) {}
    result<std::unique_ptr<port::queue_reader>> read(const port::reader_settings& how,
                                                     port::queue_handler& handler) override {
      if (how.stream == of_.sources[0].stream) of_.read_behind(how.after.sequence);
      return empty_bus::read(how, handler);
    }
    commit_schedule& of_;
  };

  // -- its life
  void begin_process() {
    incarnation_ = 0;
    order_ = std::make_shared<std::optional<std::uint64_t>>();
    next_incarnation();
  }
  void next_incarnation() {
    loads_.clear();
    loaded_.clear();
    routes_.clear();
    recovers_ = reads_ = may_end_ = false;
    session_mended();
    alive_ = true;
    spawn(++incarnation_, order_);
    peers->monitor(tested);
  }
  void kill() {
    if (!alive_ || !chance(2)) return;
    if (disk_->waiting() > 0) ++reach.killed_in_commit;
    may_end_ = true;
    caf::anon_send_exit(tested, caf::exit_reason::kill);
    while (alive_) run(1);
  }
  void crash() {
    if (!chance(6)) return;
    ++reach.crashes;
    end_process();
    disk_->lose(pick(3));
    channel_->lose();
    tracker_->lose();
    begin_process();
  }

  // -- what runs
  /// At most so many messages, each of an actor drawn.
  void run(std::size_t most) {
    auto& all = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
    for (; most > 0 && all.has_job(); --most) {
      std::swap(all.jobs.front(), all.jobs[pick(all.jobs.size())]);
      const auto thrown = faults.thrown();
      all.try_run_once();
      reach.failed_sessions += faults.thrown() != thrown && disk_->waiting() > 0 ? 1 : 0;
      take_mail();
    }
    take_mail();
  }
  void take_mail() {
    peers->receive_while([&] { return peers->has_next_message(); })(
        [&](actors::commit_request& r, const asker& from) {
          session_mended();
          disk_->take(std::move(r), from);
        },
        [&](const actors::recover_request& r, const asker&) { recovers_ |= current(r); },
        [&](actors::load_request& r, const asker&) {
          if (!current(r)) return;
          if (disk_->waiting() > 0) ++reach.loads_in_commit;
          if (chance(2))
            loaded_.push_back(disk_->load(r));
          else
            loads_.push_back(std::move(r));
        },
        [&](const actors::scan_request& r, const asker& from) {  // no relation is stored
          caf::anon_send(from, actors::scan_done{r.incarnation, r.serial, {}, true, {}});
        },
        [&](actors::route_batch& r, const asker&) {
          if (current(r)) routes_.push_back(std::move(r));
        },
        [&](const actors::attempt_request& r, const actors::outbox_actor& from) {
          channel_->take(r, from);
        },
        [&](const std::string&, const actors::attempts_committed& done) { channel_->forget(done); },
        [&](const actors::track_batch& b, const asker&) { tracker_->take(b); },
        [&](const caf::down_msg& d) {
          EXPECT_TRUE(may_end_) << "it ends by itself: " << caf::to_string(d.reason);
          alive_ = reads_ = false;
        });
  }
  template <class Request>
  bool current(const Request& r) const {
    return alive_ && r.incarnation == incarnation_;
  }

  // -- the peers' steps
  void act(const strings& users) {
    if (!alive_ && chance(3)) return next_incarnation();
    const auto drawn = pick(26);
    if (drawn < 2) return fail_commit();
    if (drawn < 3) return kill();
    if (drawn < 4) return crash();
    if (drawn < 7) return fail_session(users[pick(users.size())]);
    if (drawn < 8) return time_passes(static_cast<std::int64_t>(pick(20'000)));
    if (drawn < 9) return publish();
    if (drawn < 10) return disk_->waiting() > 0 ? disk_->write_oldest() : void();
    if (drawn < 13) return answer_commit();
    if (drawn < 15) return answer_rows();
    if (drawn < 18) return answer_routes();
    if (drawn < 21) return channel_->answer_one(pick(100));
    offer(1);
  }
  void offer(std::size_t most) {
    if (!reads_) return;
    actors::queue_messages m{incarnation_, 0, {}, 0};
    for (; most > 0 && offered_ < messages_.size(); --most)
      m.messages.push_back(messages_[offered_++]);
    if (!m.messages.empty()) caf::anon_send(tested, std::move(m));
  }
  void read_behind(std::uint64_t taken) {
    EXPECT_EQ(taken, disk_->taken());
    EXPECT_GE(taken + 1, purged_below) << "what is to be read is no more";
    offered_ = taken;
    reads_ = true;
  }
  void answer_commit() { may_end_ |= disk_->answer_oldest() == incarnation_; }
  void fail_commit() {
    if (disk_->waiting() == 0) return;
    ++reach.failed;
    if (disk_->waiting() == 2 && !chance(4)) {
      ++reach.failed_second;
      disk_->write_oldest();
    }
    const bool applied = chance(2);
    reach.failed_applied += applied ? 1 : 0;
    disk_->fail_oldest(applied, chance(2));
  }
  void answer_rows() {
    if (std::exchange(recovers_, false)) {
      auto found = disk_->recover(incarnation_);
      reach.recovered_deliveries += found.outbox.empty() ? 0 : 1;
      caf::anon_send(tested, std::move(found));
    }
    for (const auto& r : std::exchange(loads_, {})) loaded_.push_back(disk_->load(r));
    for (auto& rows : std::exchange(loaded_, {})) caf::anon_send(tested, std::move(rows));
  }
  void answer_routes() {
    for (auto& asked : std::exchange(routes_, {})) {
      actors::routed_batch answer{incarnation_, asked.batch, {}, {}, asked.alive};
      for (const auto& item : asked.items) {
        answer.handled.push_back(item.number);
        answer.routes.push_back({item.number, asked.under->actions_of_rule.at(item.what->rule)[0]});
      }
      caf::anon_send(tested, std::move(answer));
    }
  }
  /// One at a time, and not again in its epoch: no input is to be taken for the poison.
  void fail_session(const std::string& user) {
    if (std::exchange(failing_, true)) return;
    ++sessions_failed_;
    faults.throw_at({"session", user, "", 1});
  }
  void session_mended() { failing_ = failing_ && faults.thrown() != sessions_failed_; }
  /// Sessions have answered what they were asked: none is silent.
  void time_passes(std::int64_t milliseconds) {
    run(SIZE_MAX);
    clock.step = milliseconds;
    clock.now();
    clock.step = 2;
    if (alive_) caf::anon_send(tested, actors::node_tick{clock.now()});
    run(SIZE_MAX);
    EXPECT_LE(purged_below, std::max<std::uint64_t>(1, disk_->taken())) << "not durable";
  }
  void publish() {
    if (const auto epoch = tracker_->publish_oldest(); epoch && alive_)
      caf::anon_send(tested, actors::tracked{number, *epoch});
  }
  bool quiet() {
    return alive_ && disk_->idle() && disk_->taken() == messages_.size() && tracker_->idle() &&
           disk_->rows(port::row_kind::outbox).empty() &&
           tracker_->told() == disk_->decisions().size();
  }

  std::mt19937_64 random_;
  bus_to_read reading_{*this};
  std::optional<played_disk> disk_;
  std::optional<played_channel> channel_;
  std::optional<played_tracker> tracker_;
  queue messages_;  ///< sequences from 1
  start_order order_;
  std::uint64_t incarnation_ = 0;
  bool alive_ = false;
  bool may_end_ = false;   ///< it was killed, or a commit of its failed
  bool recovers_ = false;  ///< it waits for what is stored
  bool reads_ = false;
  std::size_t offered_ = 0;
  std::vector<actors::load_request> loads_;
  std::vector<actors::load_done> loaded_;
  std::vector<actors::route_batch> routes_;
  bool failing_ = false;  ///< a session is to fail, or has in the epoch under way
  std::size_t sessions_failed_ = 0;
};

}  // namespace beckon::tests
