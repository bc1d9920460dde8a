// The shop that both the actors and the whole way are measured on: three types of events, rules of
// which `twice` matters, one fatigue filter, one file channel.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "engine/access/catalogue.hpp"
#include "engine/access/door.hpp"
#include "engine/access/event.hpp"
#include "engine/access/linger.hpp"
#include "messages/port/bus.hpp"
#include "tests/support/temporary_directory.hpp"
#include "topology/plan/build.hpp"

namespace beckon::bench {

struct shop_size {
  std::uint32_t users = 66'000;
  std::uint32_t interesting_permille = 20;  ///< events that reach a session
  std::uint32_t rules = 100;                ///< all but one ask for views that nobody sends
  std::uint64_t resident_sessions = 100'000;
  std::uint64_t queue_credit = 1024;  ///< envelopes a partition lets a queue hand over ahead
};

/// A directory with the shop's configuration and its data; goes with this object.
class shop {
 public:
  explicit shop(const shop_size& size);
  shop(const shop&) = delete;
  shop& operator=(const shop&) = delete;

  const topology::configuration& configured() const noexcept { return configuration_; }

 private:
  tests::temporary_directory directory_;
  topology::configuration configuration_;
};

/// A stream of events by random users: `checkout` with the share asked for, else `scroll`, which no
/// rule names, or `view`, which rules name with predicates that do not hold; as many of both.
class event_stream {
 public:
  /// They arrive at 20,000 a second, the last of them now, however fast they are filled in and
  /// drained: so a user's window holds no more at the end of a long run than in its middle.
  static event_stream recorded(const catalogue& names, const shop_size& size, std::uint64_t length);
  /// They arrive when they are made.
  static event_stream live(const catalogue& names, const shop_size& size);
  event next();

 private:
  event_stream(const catalogue& names, const shop_size& size, std::optional<timestamp> first)
      : names_(names), size_(size), first_(first) {}

  const catalogue& names_;
  shop_size size_;
  std::optional<timestamp> first_;  // none: live
  std::mt19937_64 random_{1};
  std::uint64_t n_ = 0;
};

/// A checkout of one user, without a client's id: nobody has to remember that.
event checkout(const catalogue& names, std::uint64_t n, std::uint32_t user, timestamp now);

struct envelope_size {
  std::size_t events = 512;   ///< at most
  std::size_t in_flight = 8;  ///< envelopes of a queue
};

/// Publishes events as the shop's HTTP source does: through a door, keeping what is on its way
/// bounded. One thread.
class filler {
 public:
  filler(port::bus& bus, const topology::configuration& c, envelope_size envelopes = {});

  void add(const event& e);
  /// Envelopes that are not full go, too, once they have lingered.
  void round();
  /// Returns when everything added is stored.
  void flush();
  /// Ends the door.
  void finish();

  std::uint64_t envelopes() const noexcept { return envelopes_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  struct answer {
    std::uint32_t queue = 0;
    std::uint64_t id = 0;
    std::uint64_t sequence = 0;  // 0: refused
  };
  struct answers;
  void pump(bool flush);
  void settle();

  port::bus& bus_;
  const topology::configuration& configuration_;
  door door_;
  linger linger_;
  std::shared_ptr<answers> answers_;
  std::uint64_t position_ = 0;
  std::uint64_t envelopes_ = 0;
  std::uint64_t bytes_ = 0;
};

/// The time of the machine.
timestamp wall_clock();

}  // namespace beckon::bench
