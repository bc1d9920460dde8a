// How the partitions of a deployment work. Pure.
#pragma once

#include "actors/partition/partition.hpp"
#include "topology/deployment.hpp"

namespace beckon::topology {

actors::partition_settings partition_settings_of(const deployment& d);

}  // namespace beckon::topology
