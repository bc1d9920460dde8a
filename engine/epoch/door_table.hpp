// Which doors feed a partition's queues, how far each has been taken, and the clock that follows:
// the minimum over all counted (source, door) pairs of the last clock read. Pure; owned by one
// partition. Source: design.md, "Doors".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"

namespace beckon::epoch {

/// Whether an entry is the next of its door in this queue.
enum class admission : std::uint8_t {
  take,       ///< it follows what was taken
  duplicate,  ///< its position was taken before: a resend
  gap,        ///< something between it and what was taken is missing: wait for the resend
};

/// A door's row in the commit record.
struct door_position {
  std::string source;
  std::string door;
  std::uint64_t position = 0;
  timestamp clock = beginning;
  bool ended = false;
};

class door_table {
 public:
  using handle = std::uint32_t;  ///< a (source, door) pair; valid for the table's life

  /// A live source (HTTP, NATS) counts from the start: while none of its doors does, with
  /// `queue_read_to_end`. An import source counts only while an importer is under way. Without
  /// `counts` its doors never do: their entries get the clock that stands.
  void add_source(const std::string& source, bool live, bool counts = true);
  /// A paused or removed source leaves the clock, and its doors with it.
  void remove_source(const std::string& source);

  /// The pair, made on first sight (not counted until it begins or says a clock).
  handle open(std::string_view source, std::string_view door);

  /// A door begins: it counts with `clock`, and every other door of the source whose name starts
  /// with one of `ends` ends.
  void begin(handle h, timestamp clock, const std::vector<std::string>& ends);
  /// A door ends: it leaves the clock after `clock` was read.
  void end(handle h, timestamp clock);

  /// What this source's queue held behind what was taken has aged out: the next entry of each door
  /// is taken whatever it follows, for what it follows will not be sent again.
  void skip(std::string_view source);
  /// A begin message says in `after` what stood before it: after `skip` it counts as taken.
  void begins_behind(handle h, std::uint64_t after) noexcept;

  /// `after`: position of the entry before it in this queue, as the door says.
  admission admit(handle h, std::uint64_t after, std::uint64_t position) noexcept;
  void taken(handle h, std::uint64_t position) noexcept;

  /// The door's clock has been read; never moves back. Returns the partition's clock.
  timestamp tick(handle h, timestamp clock);

  /// A pull sent at `sent` found the queue of a live source read to its end.
  void queue_read_to_end(const std::string& source, timestamp sent);

  /// The queue is read again after an interruption: what its doors said meanwhile may still be on
  /// its way, so their silence is counted from now on.
  void queue_is_back(const std::string& source, timestamp now);

  /// Doors that said nothing since `silent_since` while their queue is healthy and read to its end
  /// drop out until they speak again. `heard` is kept by `hear`. Returns their names for log and
  /// metric.
  std::vector<std::string> drop_silent(timestamp silent_since);
  /// Node time at which a door was heard.
  void hear(handle h, timestamp now) noexcept;

  /// The partition's clock: never moves back; `beginning` until it is known.
  timestamp clock() const noexcept { return clock_; }

  std::uint64_t position(handle h) const noexcept { return doors_[h].position; }
  const std::string& door_name(handle h) const noexcept { return doors_[h].door; }

  /// For the commit record. A door whose name carries its start ("http/node-1@1700000000000") never
  /// comes again under that name: ended, it is forgotten. The others keep their position for ever.
  std::vector<door_position> positions() const;
  /// `now`: node time; a door that was counted is taken for heard then.
  void restore(const std::vector<door_position>& rows, timestamp clock, timestamp now = beginning);

 private:
  struct entry {
    std::size_t source = 0;  // index into sources_
    std::string door;
    std::uint64_t position = 0;
    timestamp clock = beginning;
    timestamp heard = beginning;
    bool counted = false;
    bool ended = false;
    bool silent = false;
    bool skips = false;
  };
  struct source_entry {
    std::string name;
    bool live = false;
    bool counts = true;
    bool removed = false;
    bool skips = false;
    timestamp read_to_end = beginning;
  };

  std::size_t source_index(std::string_view name);
  timestamp refresh();

  std::vector<entry> doors_;
  std::map<std::pair<std::size_t, std::string>, handle> by_name_;
  std::vector<source_entry> sources_;  // few: searched in order
  timestamp clock_ = beginning;
};

}  // namespace beckon::epoch
