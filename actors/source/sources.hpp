// The sources station: supervisor of one door per source of the node. Started last, stopped first.
// Supervised by the root (linked); a source over its budget escalates: the process ends and is
// started again.
#pragma once

#include <variant>
#include <vector>

#include "actors/source/http_source.hpp"
#include "actors/source/logged_source.hpp"
#include "actors/source/nats_source.hpp"
#include "actors/supervision/watch.hpp"

namespace beckon::actors {

/// Where the HTTP listener finds the door of a source now. Thread-safe.
class door_book {
 public:
  void set(const std::string& source, source_actor door);
  source_actor find(const std::string& source) const;

 private:
  mutable std::mutex guard_;
  std::map<std::string, source_actor, std::less<>> doors_;
};

using any_source = std::variant<source_parts, logged_source_parts, nats_source_parts>;

/// What any source has.
source_parts& common_of(any_source& source);

using sources_actor = caf::typed_actor<caf::reacts_to<node_tick>,  // passed on to every door
                                       caf::reacts_to<drain>>;     // likewise

sources_actor spawn_sources(caf::actor_system& system, const surroundings& around,
                            std::vector<any_source> all, std::shared_ptr<door_book> book,
                            restart_limits limits, std::function<void(give_up)> escalate);

}  // namespace beckon::actors
