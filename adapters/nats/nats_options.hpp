// How to reach a broker and how patient to be with it.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/time.hpp"
#include "messages/port/clock.hpp"
#include "messages/port/log.hpp"

namespace beckon::adapters {

struct nats_options {
  std::string url =
      "nats://127.0.0.1:4222";  ///< several servers: separated by commas; tls:// for TLS
  std::string name = "beckon";  ///< shown in the broker's list of connections
  std::string token;
  std::string user;
  std::string password;
  std::string creds_file;  ///< JWT and seed, as `nsc` writes them
  std::string ca_file;     ///< trusted certificates for tls://; empty: the system's

  duration connect_timeout{10'000};  ///< for the first connection; later ones are tried for ever
  duration admin_timeout{10'000};    ///< bound of every blocking call
  duration ack_timeout{5'000};  ///< a publish without an answer for so long fails with `timeout`
  int replicas = 1;             ///< of streams made here

  std::uint32_t most_unacked = 131'072;                     ///< messages published and not answered
  std::uint64_t most_unacked_bytes = 256ULL * 1024 * 1024;  ///< their bytes; beyond: `unavailable`

  /// Message bytes that all readers together ask for at once. Below the broker's `max_pending`,
  /// beyond which it cuts the connection.
  std::uint64_t most_in_flight_bytes = 32ULL * 1024 * 1024;

  duration idle_probe{100};  ///< how often an idle queue is asked whether it is read to its end
  duration silence{2'000};   ///< a consumer that says nothing for so long is made anew

  const port::clock* clock =
      nullptr;               ///< for `queue_handler::empty`; null: the system's. Outlives the bus.
  port::log* log = nullptr;  ///< may be null; outlives the bus
};

}  // namespace beckon::adapters
