// What an epoch does once its record is durable, kept until then: its record is with the committer,
// and the next epoch is being worked on. Plain values of one partition.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/delivery/outbox.hpp"
#include "engine/epoch/directory.hpp"
#include "engine/epoch/fan_out.hpp"
#include "engine/epoch/progress.hpp"
#include "messages/actor/derived.hpp"
#include "messages/actor/predicates.hpp"
#include "messages/port/bus.hpp"

namespace beckon::actors {

struct commit_under_way {
  std::uint64_t number = 0;  ///< of the epoch
  timestamp began{};
  timestamp handed{};  ///< to the committer; node time
  /// Slot and directory entry of each of its subjects: until then they stay.
  std::vector<std::pair<std::uint32_t, epoch::directory::index>> subjects;
  std::vector<port::stream_offset> taken;  ///< by queue
  epoch::reached reach;
  std::string decisions;  ///< TrackBatch
  std::vector<delivery::outbox_entry> release;
  /// Channels' results that it holds, by channel.
  std::vector<std::pair<std::string, std::pair<hash128, std::uint32_t>>> settled;
  std::vector<epoch::fan_out_job> opened;
  std::vector<derived_entry> derived;
  std::vector<predicate_ask> asks;
};

}  // namespace beckon::actors
