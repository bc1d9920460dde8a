// Drives a door (engine/access/door.hpp) from inside a source actor: gives it events, publishes
// what it gives, tells it what the bus answered, says its clock. That actor's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/runtime/door_outlet.hpp"
#include "actors/supervision/watch.hpp"
#include "engine/access/catalogue.hpp"
#include "messages/actor/item_shelf.hpp"
#include "messages/actor/source.hpp"
#include "messages/port/bus.hpp"

namespace beckon::actors {

struct source_probes {
  source_probes(port::metrics& m, const std::string& source);
  port::counter& accepted;
  port::counter& rejected;
  port::counter& envelopes;
  port::counter& failures;
  port::counter& item_misses;
  port::counter& losses;
  port::gauge& unacked_bytes;
};

/// What every source works with; all outlive it.
struct source_parts {
  std::string id;
  std::string node;
  std::string prefix;  ///< of bus subjects
  std::uint32_t partitions = 1;
  std::string zone = "UTC";
  duration max_future_skew{300'000};
  std::shared_ptr<const catalogue> events;
  std::shared_ptr<item_shelf> items;
  port::bus* bus = nullptr;
  surroundings around;
  std::shared_ptr<source_probes> probes;
  std::function<void(drained)> drained;  ///< any thread
};

class door_driver {
 public:
  door_driver(const source_parts& parts, door_settings settings, source_actor owner,
              std::uint32_t life = 0);

  door& inside() noexcept { return out_.inside(); }

  /// Takes one canonical event at `position`; its arrival (and id, where missing) are set. It is
  /// given what it carries of the items it names; a row of an item goes to their log. `encoded`:
  /// the event's bytes, where they are known. Error: what the door says.
  result<void> accept(std::uint64_t position, event& e, std::string_view encoded = {});
  /// Publishes what may be sent; where something lingers, its owner is sent `linger_over`.
  void pump();
  /// That came; to be pumped again.
  void lingered() noexcept { lingering_ = false; }
  /// Publishes what may be sent; nothing lingers.
  void flush() { out_.flush(); }
  /// True: `retry_queues` must be scheduled.
  bool answered(const publish_answer& a) { return out_.answered(a); }
  /// Publishes the door's tick.
  void say_clock();

 private:
  result<void> accept_row(std::uint64_t position, const event& e);

  const source_parts& parts_;
  source_actor owner_;
  door_outlet out_;
  bool lingering_ = false;
  std::uint32_t on_shelf_;
};

}  // namespace beckon::actors
