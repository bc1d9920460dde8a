// The door of an HTTP source without a log (`durability: broker`): takes the events of requests,
// stamps and publishes them, answers a request when all its events are stored. Child of `sources`
// (linked + monitored). Its name carries its start: positions begin at 1. Survives a restart:
// nothing; requests that were not answered get an error and the client sends them again (same ids).
#pragma once

#include "actors/source/door_driver.hpp"

namespace beckon::actors {

source_actor::behavior_type http_source(source_actor::base* self, caf::actor_addr parent,
                                        source_parts parts);

}  // namespace beckon::actors
