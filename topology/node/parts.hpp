// What a running node consists of; the order of the members is the order of their lives. node.cpp
// starts and stops it, the other files make its parts. Not for use outside this folder.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/root/root.hpp"
#include "adapters/http/listener/listener.hpp"
#include "adapters/nats/embedded_broker.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "adapters/rocksdb/ingest_log.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/port/health.hpp"
#include "topology/node/checkpoints.hpp"
#include "topology/node/housekeeping.hpp"
#include "topology/node/ingest_gate.hpp"
#include "topology/node/life_board.hpp"
#include "topology/node/node.hpp"
#include "topology/node/progress_file.hpp"
#include "topology/node/redrive_gate.hpp"
#include "topology/node/reject_keeper.hpp"
#include "topology/node/stream_keeper.hpp"
#include "topology/node/system_clock.hpp"
#include "topology/node/wall_watch.hpp"

namespace beckon::topology {

struct node::parts {
  parts(const configuration& c, port::log& l, node_options o)
      : config(c), log(l), options(std::move(o)), metrics({"0.1.0", ""}), plans(c.plan) {
    around = {&clock, &log, &metrics, &board, options.faults};
  }

  // node.cpp
  result<void> start();
  result<void> start_store();
  result<void> start_ingest_log();
  result<void> recall_past();
  result<void> start_listening();
  result<void> say_where();
  void start_ticking();
  void keep_streams();
  void stop();
  void cannot_go_on(const actors::give_up& g);

  // versions.cpp
  result<void> recall_versions();

  // broker.cpp
  result<void> start_bus();
  // stations.cpp
  result<void> start_actors(const std::vector<actors::partition_source>& queues);
  result<std::vector<actors::partition_slice>> slices(
      const std::vector<actors::partition_source>& queues);
  result<actors::items_parts> item_log();
  result<std::vector<actors::any_source>> doors();
  // ingest.cpp
  result<void> start_http();

  configuration config;
  port::log& log;
  node_options options;
  system_clock clock;
  adapters::prometheus_metrics metrics;
  wall_watch wall{metrics, log};
  port::health_board board{
      &metrics.make_counter("beckon_unready_total", "How often the node stopped being ready")};
  actors::plan_board plans;
  actors::surroundings around;
  life_board life;
  std::unique_ptr<adapters::embedded_broker> broker;
  std::unique_ptr<adapters::nats_bus> bus;
  std::unique_ptr<adapters::node_store> store;
  std::unique_ptr<port::ingest_log> ingest_log;  // where HTTP sources keep one
  std::shared_ptr<actors::item_shelf> items;
  std::unique_ptr<checkpoints> copies;
  std::unique_ptr<progress_file> starts;
  std::unique_ptr<housekeeper> keeper;
  std::unique_ptr<stream_keeper> streams;
  /// Kept here too: the actors' copies may go on the very thread that a sender or predicate would
  /// have to wait for.
  actors::channel_ways ways_out;
  actors::predicate_ways asked;
  std::shared_ptr<actors::door_book> book = std::make_shared<actors::door_book>();
  std::map<std::string, std::shared_ptr<actors::source_probes>> source_probes;
  std::unique_ptr<reject_keeper> rejects;
  std::unique_ptr<ingest_gate> gate;
  std::unique_ptr<redrive_gate> redrives;
  std::string admin_token;  // of this start; run.json tells it
  std::unique_ptr<adapters::http_listener> http;
  caf::actor_system_config caf_config;
  std::unique_ptr<caf::actor_system> system;
  actors::root_actor root;
  std::unique_ptr<port::subscription> ticks;
  std::jthread ticker;
};

}  // namespace beckon::topology
