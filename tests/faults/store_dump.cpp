// Prints what a store keeps, beside a running node or after its end; for the fault tests. What is
// empty is '-'.
//   decisions: STEP RULE VERSION SUBJECT TIME_MS ACTION FILTER REASON DELIVERY_ID
//   outbox:    DELIVERY_ID CHANNEL ATTEMPT RETRY_AT_MS, the attempt being the next one
//   jobs:      RULE OWNER TOLD: firings that have not reached everyone yet
//   pending:   WHY SUBJECT ACTION FILTER UNTIL_MS: decisions that are taken up again
//   derived:   PARTITION BYTES: events not known to be in that partition's queue
// usage: store_dump STATE_DIRECTORY PARTITIONS decisions|outbox|jobs|pending|derived
#include <charconv>
#include <iostream>
#include <string>
#include <string_view>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "beckon/v1/track.pb.h"
#include "engine/base/hash.hpp"
#include "messages/codec/fan_out_rows.hpp"
#include "messages/codec/pending_row.hpp"
#include "messages/codec/rows.hpp"

namespace beckon {
namespace {

std::string_view shown(std::string_view text) {
  return text.empty() ? std::string_view("-") : text;
}

std::string hex(std::string_view bytes) {
  const auto hash = hash_from_bytes(bytes);
  return hash ? to_hex(*hash) : std::string();
}

void print(const v1::TrackRecord& r) {
  std::cout << v1::TrackRecord::Step_Name(r.step()) << ' ' << r.rule() << ' ' << r.rule_version()
            << ' ' << r.subject_id() << ' ' << r.time_ms() << ' ' << shown(r.action()) << ' '
            << shown(r.filter()) << ' ' << shown(r.reason()) << ' ' << shown(hex(r.delivery_id()))
            << '\n';
}

bool print_batch(std::string_view bytes) {
  v1::TrackBatch batch;
  if (!batch.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  for (const auto& r : batch.records()) print(r);
  return true;
}

bool print_entry(std::string_view, std::string_view bytes) {
  const auto e = codec::decode_outbox(bytes);
  if (!e) return false;
  std::cout << to_hex(e->delivery) << ' ' << e->channel << ' ' << e->attempt << ' '
            << to_ms(e->retry_at) << '\n';
  return true;
}

bool print_job(std::string_view, std::string_view bytes) {
  const auto job = codec::decode_job(bytes);
  if (job) std::cout << job->rule << ' ' << job->owner.id << ' ' << job->told << '\n';
  return job.ok();
}

bool print_derived(std::string_view, std::string_view bytes) {
  const auto row = codec::decode_derived(bytes);
  if (row) std::cout << row->partition << ' ' << row->body.size() << '\n';
  return row.ok();
}

bool print_pending(std::string_view key, std::string_view bytes) {
  const auto d = codec::decode_pending(key, bytes);
  if (d) {
    std::cout << outreach::to_string(d->why) << ' ' << d->what->who.id << ' ' << d->action << ' '
              << d->filter << ' ' << to_ms(d->wake) << '\n';
  }
  return d.ok();
}

struct printed {
  std::string_view what;
  port::row_kind kind;
  bool (*print)(std::string_view key, std::string_view bytes);
};
constexpr printed rows[] = {{"outbox", port::row_kind::outbox, print_entry},
                            {"jobs", port::row_kind::job, print_job},
                            {"pending", port::row_kind::pending, print_pending},
                            {"derived", port::row_kind::derived, print_derived}};

/// Null: decision records.
const printed* rows_named(std::string_view what) {
  for (const printed& one : rows) {
    if (one.what == what) return &one;
  }
  return nullptr;
}

result<void> print_partition(port::store& from, std::uint32_t partition, const printed* what) {
  bool readable = true;
  const auto decision = [&readable](std::string_view bytes) {
    return readable = print_batch(bytes);
  };
  const auto row = [&](port::row_kind, std::string_view key, std::string_view bytes) {
    return readable = what->print(key, bytes);
  };
  auto read =
      what ? from.scan(partition, what->kind, "", row) : from.decisions(partition, 0, decision);
  if (read && !readable) return error{errc::corrupt, "a row cannot be read", "store"};
  return read;
}

int print_all(const std::string& directory, std::uint32_t partitions, const printed* what) {
  adapters::rocksdb_options options;
  options.directory = directory;
  const auto store = adapters::open_read_only(options);
  auto read = store ? result<void>() : result<void>(store.error());
  for (std::uint32_t p = 0; p < partitions && read; ++p) {
    read = print_partition(**store, p, what);
  }
  if (read) return 0;
  std::cerr << read.error().to_string() << '\n';
  return 1;
}

}  // namespace
}  // namespace beckon

int main(int argc, char** argv) {
  std::uint32_t partitions = 0;
  const std::string_view number = argc == 4 ? argv[2] : "";
  const std::string_view what = argc == 4 ? argv[3] : "";
  std::from_chars(number.data(), number.data() + number.size(), partitions);
  const auto* kind = beckon::rows_named(what);
  if (partitions == 0 || (kind == nullptr && what != "decisions")) {
    std::cerr
        << "usage: store_dump STATE_DIRECTORY PARTITIONS decisions|outbox|jobs|pending|derived\n";
    return 64;
  }
  return beckon::print_all(argv[1], partitions, kind);
}
