// What beckon.yaml says, typed: how a node runs, where its broker and data are, which sources
// exist, what is bounded by what. Every field states its unit and default;
// config/reference/beckon.yaml shows all of them. Plain values; no behaviour.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/cep/fate.hpp"

namespace beckon::topology {

/// What judging takes for the present.
enum class clock_mode : std::uint8_t {
  wall,   ///< live: arrival and the doors' clocks
  event,  ///< replay: event time; HTTP and NATS sources are closed
};

/// Beckon starts its own nats-server below `deployment::data`.
struct embedded_broker {
  friend bool operator==(const embedded_broker&, const embedded_broker&) = default;
};

/// A broker that somebody else runs. At most one of token, user + password and creds is set.
struct external_broker {
  std::string url;    ///< "nats://host:4222", several separated by commas
  std::string token;  ///< content of `token_file` or of the variable `token_env`
  std::string user;
  std::string password;    ///< content of `password_file` or of the variable `password_env`
  std::string creds_file;  ///< path of a NATS credentials file
  std::string ca_file;     ///< path of trusted certificates for tls://; empty: the system's
  int replicas = 1;        ///< of every stream Beckon makes: 1, 3 or 5
  friend bool operator==(const external_broker&, const external_broker&) = default;
};

using broker = std::variant<embedded_broker, external_broker>;

/// One key of an HTTP API. An empty list of keys leaves the API open (loopback only, unless
/// `http.open` says so).
struct http_key {
  std::string id;      ///< shown in logs and metrics; never the secret
  std::string secret;  ///< content of `secret_file` or of the variable `secret_env`
  std::string source;  ///< http source whose events the key may write; empty: any
  friend bool operator==(const http_key&, const http_key&) = default;
};

struct http_settings {
  std::string listen =
      "127.0.0.1:0";  ///< host:port; port 0: the kernel chooses, DATA/run.json says which
  bool open = false;  ///< allows an address other than loopback without keys
  std::vector<http_key> keys;
  std::vector<std::string> cors_origins;  ///< "https://shop.example", or "*"; empty: no CORS
  std::uint64_t max_body = 512 * 1024;    ///< bytes of a request body
  duration request_timeout{10'000};       ///< to receive a request and to answer it
  std::uint32_t max_connections = 10'000;
  friend bool operator==(const http_settings&, const http_settings&) = default;
};

enum class source_kind : std::uint8_t { http, nats, import };
enum class wire_format : std::uint8_t { json, protobuf };

/// One way in: a queue per partition of its own.
struct source_settings {
  std::string id;
  source_kind kind = source_kind::http;
  std::string subject;                     ///< nats: what is captured ("shop.events.>")
  wire_format format = wire_format::json;  ///< nats: what its messages are
  duration out_of_order{0};  ///< events come late by up to this: put in order per subject first
  std::int64_t max_bytes = 1'073'741'824;  ///< per queue; a full queue refuses
  bool paused = false;
  friend bool operator==(const source_settings&, const source_settings&) = default;
};

/// When an HTTP request is answered with 202.
enum class ingest_durability : std::uint8_t {
  by_fsync,   ///< a log of the node has its events on the disk
  by_broker,  ///< the broker has stored them
};

struct ingest_settings {
  ingest_durability durability = ingest_durability::by_fsync;
  std::uint64_t log_bytes = 1'073'741'824;  ///< of the log; half of it may wait for the broker
  friend bool operator==(const ingest_settings&, const ingest_settings&) = default;
};

struct limits {
  std::uint64_t resident_sessions = 100'000;  ///< session actors kept by a node …
  std::uint64_t session_bytes = 536'870'912;  ///< … and about so much memory of theirs
  std::uint32_t epoch_events = 4096;          ///< an epoch takes at most so many inputs …
  duration epoch_time{20};                    ///< … for at most so long
  duration quiet_epoch_time{100};  ///< one that concerns nobody stays open for so long
  std::uint64_t dedup_bytes = 1'073'741'824;  ///< memory for deduplication keys, per node
  duration dedup_window{86'400'000};          ///< 24 h by arrival
  std::uint32_t queue_credit = 1024;          ///< messages read ahead per queue, at most …
  std::uint64_t queue_bytes = 268'435'456;    ///< … and about so many bytes per node
  std::int64_t item_log_bytes = 67'108'864;  ///< of the log of items; full: rows are refused
  std::uint64_t dead_letters = 100'000;       ///< kept per node; the oldest go first
  std::uint64_t pending_decisions = 100'000;  ///< per node; the least important end first
  std::uint64_t outbox_entries = 100'000;     ///< per partition; full: nothing new is taken
  duration late_limit{86'400'000};    ///< 1 day: older live events are counted late and not judged
  duration max_future_skew{300'000};  ///< 5 min: live event time beyond it is set back
  duration decisions_keep{604'800'000};  ///< 7 days of decision records
  duration queue_keep{};  ///< judged messages stay in queues so long, for a restore; half full, less
  duration drain{30'000};                ///< a smooth stop takes at most so long
  friend bool operator==(const limits&, const limits&) = default;
};

/// How one kind of child is restarted: at most `restarts` within `within`; each after a back-off
/// that doubles.
struct restart_budget {
  std::uint32_t restarts = 5;
  duration within{60'000};
  duration first{100};
  duration longest{10'000};
  friend bool operator==(const restart_budget&, const restart_budget&) = default;
};

/// Sessions have none: each failure costs the one input it failed on.
struct supervision {
  restart_budget rule;
  restart_budget filter;
  restart_budget channel;
  restart_budget partition{.restarts = 5,
                           .within = duration{60'000},
                           .first = duration{100},
                           .longest = duration{5'000}};
  restart_budget source;
  restart_budget committer{.restarts = 3,
                           .within = duration{60'000},
                           .first = duration{500},
                           .longest = duration{5'000}};
  friend bool operator==(const supervision&, const supervision&) = default;
};

enum class log_level : std::uint8_t { debug, info, warning, error };
enum class log_format : std::uint8_t { text, json };

struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::text;
  friend bool operator==(const log_settings&, const log_settings&) = default;
};

/// What becomes of live partial matches when a rule's text changes.
struct rule_settings {
  cep::fate on_change = cep::fate::keep;
  std::map<std::string, cep::fate> on_change_of;  ///< by rule: exceptions
  friend bool operator==(const rule_settings&, const rule_settings&) = default;
};

struct deployment {
  std::string name = "beckon";
  std::string prefix = "beckon";        ///< first token(s) of every bus subject
  std::string node = "node-1";          ///< this node's name; doors carry it
  std::string zone = "UTC";             ///< IANA zone of times written without an offset
  std::string data;                     ///< path of the data directory: DIR/data unless said
  clock_mode clock = clock_mode::wall;  ///< `run --clock` overrides
  broker bus = embedded_broker{};
  std::uint32_t partitions = 16;  ///< power of two, 1–4096; fixed once data exist
  http_settings http;
  std::vector<source_settings> sources;  ///< in file order; none declared: one http source "web"
  ingest_settings ingest;
  rule_settings rules;
  topology::limits limits;
  duration absence_grace{2'000};    ///< live deadlines wait this much beyond their time
  duration clock_wait_max{30'000};  ///< a silent door leaves the partition clock after this
  topology::supervision supervision;
  std::uint32_t threads = 0;  ///< CAF workers; 0: as many as cores
  log_settings log;
  friend bool operator==(const deployment&, const deployment&) = default;
};

}  // namespace beckon::topology
