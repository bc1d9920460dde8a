// Committer, loader and tracker of one partition, over a store in memory: each step is the test's.
// A record is written before its answer goes out, or is lost, or takes effect though it failed.
// Used by one thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include "messages/actor/protocol.hpp"
#include "messages/codec/commit_writer.hpp"
#include "messages/codec/rows.hpp"
#include "tests/support/memory_store.hpp"

namespace beckon::tests {

class played_disk {
 public:
  using asker = actors::partition_actor;

  memory_store store;

  // -- committer
  /// Of an incarnation with a failed record nothing more is written.
  void take(actors::commit_request r, const asker& from) {
    if (r.record.empty())
      barrier_ = {std::move(r), from};
    else if (r.incarnation > void_up_to_)
      waiting_.emplace_back(std::move(r), from);
    EXPECT_LE(waiting_.size(), 2u) << "epochs that are not durable";
  }
  std::size_t waiting() const { return waiting_.size(); }
  bool idle() const { return waiting_.empty() && answers_.empty() && !barrier_; }

  void write_oldest() {
    const auto [r, from] = next();
    const auto written = put(r);
    EXPECT_TRUE(written.ok()) << "epoch " << r.epoch << ": " << written.error().to_string();
    answers_.push_back({{r.incarnation, r.epoch, {}}, from});
  }
  /// What stands behind it is dropped, or reaches the next writer: stored if the one before was.
  void fail_oldest(bool applied, bool drop_behind) {
    const auto [r, from] = next();
    store.fail_next_commit(errc::unavailable, applied);
    EXPECT_FALSE(put(r).ok());
    EXPECT_EQ(head().who.epoch == r.epoch, applied);
    answers_.push_back({{r.incarnation, r.epoch, error{errc::unavailable, "by a test", {}}}, from});
    void_up_to_ = r.incarnation;
    while (!waiting_.empty()) {
      const auto behind = next();
      if (!drop_behind) {
        EXPECT_EQ(put(behind.first).ok(), applied);
      }
    }
  }
  /// The process ended: `written` of what waited had been.
  void lose(std::size_t written) {
    for (; written > 0 && !waiting_.empty(); --written) EXPECT_TRUE(put(next().first).ok());
    waiting_.clear();
    answers_.clear();
    barrier_.reset();
    void_up_to_ = 0;
  }
  /// The oldest answer; a barrier's comes behind all records. The incarnation to which it says that
  /// a commit failed; 0: none.
  std::uint64_t answer_oldest() {
    if (!answers_.empty()) {
      const auto [done, to] = std::move(answers_.front());
      answers_.pop_front();
      caf::anon_send(to, done);
      return done.failed ? done.incarnation : 0;
    }
    if (barrier_ && waiting_.empty()) {
      caf::anon_send(barrier_->second, actors::commit_done{barrier_->first.incarnation, 0, {}});
      barrier_.reset();
    }
    return 0;
  }

  // -- what is stored
  codec::committed_head head() {
    const auto last = store.recover(0)->last_record;
    return last.empty() ? codec::committed_head{} : *codec::decode_head(last);
  }
  std::uint64_t taken() {
    const auto offsets = head().offsets;
    return offsets.empty() ? 0 : offsets[0].sequence;
  }
  std::map<std::string, std::string> rows(port::row_kind kind) {
    std::map<std::string, std::string> all;
    const auto add = [&](auto, std::string_view key, std::string_view content) {
      return all.emplace(key, content).second;
    };
    EXPECT_TRUE(store.scan(0, kind, "", add).ok());
    return all;
  }
  std::optional<std::string> row(port::row_kind kind, std::string key) {
    const port::row_key one{0, kind, std::move(key)};
    return store.load({&one, 1})->at(0);
  }
  /// Epochs in order.
  std::vector<std::string> decisions(std::uint64_t from = 0) {
    std::vector<std::string> all;
    const auto add = [&](std::string_view batch) {
      all.emplace_back(batch);
      return true;
    };
    EXPECT_TRUE(store.decisions(0, from, add).ok());
    return all;
  }

  // -- loader
  actors::load_done load(const actors::load_request& r) {
    actors::load_done done{r.incarnation, r.epoch, r.slots, {}, {}};
    const auto found = *store.load(r.keys);
    for (std::size_t i = 0; i + 2 < found.size(); i += 3) {
      done.rows.push_back(std::make_shared<actors::subject_rows>(
          actors::subject_rows{found[i], found[i + 1], found[i + 2]}));
    }
    return done;
  }
  actors::recover_done recover(std::uint64_t incarnation) {
    actors::recover_done done;
    done.incarnation = incarnation;
    done.base = *store.recover(0);
    const auto listed = [&](port::row_kind kind) {
      const auto all = rows(kind);
      return std::vector<std::pair<std::string, std::string>>(all.begin(), all.end());
    };
    done.directory = listed(port::row_kind::directory);
    done.outbox = listed(port::row_kind::outbox);
    for (const auto& [key, bytes] : rows(port::row_kind::dead_letter))
      done.dead_letters.push_back({codec::decode_dead_letter(bytes)->time, *hash_from_bytes(key)});
    return done;
  }

 private:
  using record = std::pair<actors::commit_request, asker>;

  record next() {
    auto r = std::move(waiting_.front());
    waiting_.pop_front();
    return r;
  }
  /// Epochs that take effect are without a gap, each once.
  result<void> put(const actors::commit_request& r) {
    const auto before = head().who.epoch;
    const auto done = store.commit({&r.record, 1});
    const auto now = head().who.epoch;
    if (now != before) {
      EXPECT_EQ(now, before + 1);
      EXPECT_EQ(now, r.epoch);
    }
    return done;
  }

  std::deque<record> waiting_;
  std::deque<std::pair<actors::commit_done, asker>> answers_;
  std::optional<record> barrier_;
  std::uint64_t void_up_to_ = 0;  ///< incarnations
};

/// The tracker: told is what is stored, and only that.
class played_tracker {
 public:
  explicit played_tracker(played_disk& disk) : disk_(disk) {}

  void take(const actors::track_batch& b) {
    const auto stored = disk_.decisions(b.epoch);
    ASSERT_FALSE(stored.empty()) << "epoch " << b.epoch << " is told, and not durable";
    EXPECT_EQ(stored[0], b.bytes) << "of epoch " << b.epoch;
    told_.insert(b.epoch);
    waiting_.push_back(b.epoch);
  }
  std::optional<std::uint64_t> publish_oldest() {
    if (waiting_.empty()) return std::nullopt;
    const auto epoch = waiting_.front();
    waiting_.pop_front();
    return epoch;
  }
  void lose() { waiting_.clear(); }
  bool idle() const { return waiting_.empty(); }
  std::size_t told() const { return told_.size(); }  ///< epochs

 private:
  played_disk& disk_;
  std::set<std::uint64_t> told_;
  std::deque<std::uint64_t> waiting_;
};

}  // namespace beckon::tests
