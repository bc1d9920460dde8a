#include "actors/root/root.hpp"

#include <map>
#include <set>

#include "actors/committer/committer.hpp"
#include "actors/filter/filters.hpp"
#include "actors/loader/loader.hpp"
#include "actors/rule/rules.hpp"
#include "actors/runtime/actor_base.hpp"
#include "actors/tracker/tracker.hpp"

namespace beckon::actors {
namespace {

class stations {
 public:
  stations(root_actor::pointer self, root_parts parts) : self_(self), parts_(std::move(parts)) {}

  void start() {
    partition_peers peers = start_downstream();
    std::vector<partition_parts> all;
    for (auto& slice : parts_.slices) {
      all.push_back({slice.number,
                     0,
                     {},
                     std::move(slice.sources),
                     parts_.settings,
                     parts_.probes,
                     peers,
                     parts_.around});
    }
    partitions_ =
        adopt("partitions", spawn_partitions(self_->system(), parts_.around, std::move(all),
                                             parts_.limits.partition, escalation()));
    for (auto& door : parts_.doors) common_of(door).drained = resting();
    doors_ = parts_.doors.size();
    if (parts_.items.shelf)
      start_items();
    else
      start_sources();
  }

  /// Doors attach what is known of items: they open when that is complete.
  void start_sources() {
    if (sources_ || draining_ || ending_) return;
    sources_ =
        adopt("sources", spawn_sources(self_->system(), parts_.around, std::move(parts_.doors),
                                       parts_.book, parts_.limits.source, escalation()));
  }

  void pass_on(const node_tick& t) {
    if (sources_) self_->send(sources_, t);
    self_->send(partitions_, t);
  }
  void pass_on(const door_tick& t) { self_->send(partitions_, t); }
  void pass_on(const redrive_request& r) { self_->send(partitions_, r); }

  void begin_drain() {
    draining_ = true;
    if (sources_)
      self_->send(sources_, drain{});
    else
      doors_ = 0;
    if (doors_ == 0) self_->send(partitions_, drain{});
  }

  void note(const drained& who) {
    if (!resting_.insert(who.station).second) return;
    if (resting_.size() == doors_) self_->send(partitions_, drain{});
    if (resting_.size() == doors_ + parts_.slices.size()) parts_.at_rest();
  }

  void escalate(const give_up& g) const { parts_.cannot_go_on(g); }

  /// Whoever runs the node ends it: sources and partitions first, then, with the root, what they
  /// use.
  void stop() {
    ending_ = true;
    if (sources_) self_->send_exit(sources_, caf::exit_reason::user_shutdown);
    self_->send_exit(partitions_, caf::exit_reason::user_shutdown);
    end_when_alone();
  }

  void down(const caf::down_msg& m) {
    const auto station = names_.extract(m.source);
    if (station.empty()) return;
    if (!ending_) parts_.cannot_go_on({station.mapped(), text_of(m.reason)});
    end_when_alone();
  }

 private:
  void end_when_alone() {
    const auto up = [&](const auto& handle) { return handle && names_.contains(handle.address()); };
    if (ending_ && !up(sources_) && !up(partitions_)) self_->quit(caf::exit_reason::user_shutdown);
  }

  void start_items() {
    parts_.items.known = [me = caf::actor_cast<root_actor>(self_)] {
      caf::anon_send(me, items_known{});
    };
    parts_.items.escalate = escalation();
    items_ =
        adopt("items", spawn_items(self_->system(), std::move(parts_.items), parts_.limits.source));
  }

  template <class Handle>
  Handle adopt(const std::string& name, Handle station) {
    names_[station.address()] = name;
    self_->link_to(station);
    self_->monitor(station);
    return station;
  }

  partition_peers start_downstream() {
    auto& system = self_->system();
    const auto& around = parts_.around;
    const auto& limits = parts_.limits;
    partition_peers peers;
    peers.committer =
        adopt("committer",
              spawn_committer(system, {parts_.store, around, escalation()}, limits.committer));
    peers.loader = adopt("loader", spawn_loader(system, *parts_.store));
    peers.tracker = adopt(
        "tracker", spawn_tracker(system, {parts_.prefix, parts_.bus, around.log, around.metrics}));
    peers.channels =
        adopt("channels", spawn_channels(system, around, std::move(parts_.out), limits.channel));
    peers.predicates = adopt(
        "predicates", spawn_predicates(system, around, std::move(parts_.asked), limits.filter));
    peers.filters =
        adopt("filters", spawn_filters(system, around, parts_.plans->current(), limits.filter));
    peers.rules = adopt("rules", spawn_rules(system, around, *parts_.plans, limits.rule));
    peers.bus = parts_.bus;
    peers.plans = parts_.plans;
    peers.items = parts_.items.shelf;
    peers.drained = resting();
    peers.purge = parts_.purge;
    peers.trim = parts_.trim;
    return peers;
  }

  std::function<void(give_up)> escalation() const {
    return
        [me = caf::actor_cast<root_actor>(self_)](give_up g) { caf::anon_send(me, std::move(g)); };
  }
  std::function<void(drained)> resting() const {
    return
        [me = caf::actor_cast<root_actor>(self_)](drained d) { caf::anon_send(me, std::move(d)); };
  }

  root_actor::pointer self_;
  root_parts parts_;
  partitions_actor partitions_;
  sources_actor sources_;
  items_actor items_;
  std::map<caf::actor_addr, std::string> names_;  // of stations that are up
  std::set<std::string> resting_;
  std::size_t doors_ = 0;
  bool draining_ = false;
  bool ending_ = false;
};

root_actor::behavior_type root(root_actor::pointer self, root_parts parts) {
  install_defaults(self);
  const auto s = std::make_shared<stations>(self, std::move(parts));
  self->set_exit_handler([s](const caf::exit_msg& m) {
    if (m.reason == caf::exit_reason::user_shutdown) s->stop();
  });
  self->set_down_handler([s](const caf::down_msg& m) { s->down(m); });
  s->start();
  return {
      [s](const node_tick& t) { s->pass_on(t); },       [s](const door_tick& t) { s->pass_on(t); },
      [s](const redrive_request& r) { s->pass_on(r); }, [s](const drain&) { s->begin_drain(); },
      [s](const items_known&) { s->start_sources(); },  [s](const drained& who) { s->note(who); },
      [s](const give_up& g) { s->escalate(g); },
  };
}

}  // namespace

root_actor spawn_root(caf::actor_system& system, root_parts parts) {
  return system.spawn(root, std::move(parts));
}

}  // namespace beckon::actors
