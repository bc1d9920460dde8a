// A partition alone: the test is its committer, loader and every other peer, and decides what its
// queue brings. Used by one thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <google/protobuf/arena.h>

#include "actors/partition/partition.hpp"
#include "beckon/v1/track.pb.h"
#include "messages/codec/commit_codec.hpp"
#include "messages/codec/commit_writer.hpp"
#include "tests/actors/lone_station.hpp"

namespace beckon::tests {

class lone_partition : public lone_station {
 protected:
  using lone_station::lone_station;
  void TearDown() override { end(tested); }

  using start_order = std::shared_ptr<std::optional<std::uint64_t>>;
  /// Incarnations with one `order` are of one process.
  void spawn(std::uint64_t incarnation = 1,
             start_order order = std::make_shared<std::optional<std::uint64_t>>()) {
    actors::partition_peers others;
    others.committer = peer<actors::committer_actor>();
    others.loader = peer<actors::loader_actor>();
    others.tracker = peer<actors::tracker_actor>();
    others.rules = peer<actors::rules_actor>();
    others.filters = peer<actors::filters_actor>();
    others.channels = peer<actors::channels_actor>();
    others.predicates = peer<actors::predicates_actor>();
    others.bus = way;
    others.plans = &plans;
    others.drained = [to = peer<caf::actor>()](const actors::drained& d) { caf::anon_send(to, d); };
    others.purge = [this](const std::string&, std::uint64_t below) {
      purged_below = below;
      ++purges;
    };
    others.trim = [this] { ++trims; };
    actors::partition_parts parts{number,
                                  incarnation,
                                  std::move(order),
                                  sources,
                                  std::make_shared<const actors::partition_settings>(settings),
                                  actors::make_partition_probes(metrics, sources),
                                  others,
                                  around};
    tested = system.spawn(actors::partition, caf::actor_addr{}, std::move(parts));
  }
  /// Up to the loader's answer.
  void pass_barrier() {
    EXPECT_EQ(committed().record, "") << "a barrier";
    answer_commit(0);
    peers->receive([](const actors::recover_request&, const actors::partition_actor&) {});
  }
  void recover(std::vector<epoch::stored_letter> letters = {},
               std::vector<std::pair<std::string, std::string>> pending = {}) {
    actors::recover_done found;
    found.incarnation = 1;
    found.dead_letters = std::move(letters);
    found.pending = std::move(pending);
    caf::anon_send(tested, std::move(found));
  }

  actors::commit_request committed() {
    return next_from<actors::commit_request, actors::partition_actor>();
  }
  void answer_commit(std::uint64_t epoch) {
    caf::anon_send(tested, actors::commit_done{1, epoch, {}});
  }

  /// Messages that are no envelopes: each one input, and a dead letter.
  void offer(std::uint64_t count) {
    actors::queue_messages m{1, 0, {}, 0};
    for (std::uint64_t i = 0; i < count; ++i) {
      m.messages.push_back({++sequence, 1, "", {}, "no envelope"});
    }
    caf::anon_send(tested, std::move(m));
  }
  static std::vector<v1::TrackRecord> decisions_of(const actors::commit_request& r) {
    google::protobuf::Arena arena;
    const auto record = codec::decode_commit(r.record, arena);
    v1::TrackBatch batch;
    EXPECT_TRUE(batch.ParseFromString((*record)->decisions()));
    return {batch.records().begin(), batch.records().end()};
  }
  static std::uint64_t taken_up_to(const actors::commit_request& r) {
    const auto head = codec::decode_head(r.record);
    EXPECT_TRUE(head.ok());
    EXPECT_EQ(head->offsets.size(), 1u);
    return head->offsets.at(0).sequence;
  }

  std::uint32_t number = 0;
  std::vector<actors::partition_source> sources{{"web", true, "BECKON_web_0", 1}};
  actors::partition_settings settings{
      .quiet_epoch_time = duration{0}, .dedup_bytes = 1 << 20, .dedup_window = duration{60'000}};
  empty_bus bus;
  port::bus* way = &bus;
  actors::plan_board plans{std::make_shared<const plan>()};
  actors::partition_actor tested;
  std::uint64_t sequence = 0;
  std::atomic<std::uint64_t> purged_below{0};  ///< of the queue, the last time …
  std::atomic<int> purges{0};                  ///< … of so many
  std::atomic<int> trims{0};                   ///< memory given back
};

}  // namespace beckon::tests
