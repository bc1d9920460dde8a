// What subjects' profiles were at any time of a replay: decisions about a firing see the profile of
// its moment.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/hash.hpp"

namespace beckon::topology {

/// Fed with every input in order; other events than `$user` rows only move the clock. Not
/// thread-safe.
class profile_history {
 public:
  void feed(std::span<const concerned_subject> subjects, const event& e);

  /// As of `t`; empty where the subject never had one.
  const field_list& at(const subject& who, timestamp t) const;

 private:
  struct version {
    timestamp since;
    field_list fields;
  };
  timestamp clock_ = beginning;
  std::unordered_map<hash128, std::vector<version>> versions_;
};

}  // namespace beckon::topology
