// beckon firings -c DIR: what fired, from the decision records of the store, in the form of `rule
// backtest`.
#include <algorithm>
#include <filesystem>
#include <tuple>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "beckon/v1/track.pb.h"
#include "messages/codec/field_codec.hpp"
#include "topology/backtest/firing_line.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

/// All fired matches of a store; an error where decision records cannot be read.
result<std::vector<v1::TrackRecord>> read_matches(port::store& from, std::uint32_t partitions) {
  std::vector<v1::TrackRecord> all;
  bool damaged = false;
  const auto visit = [&](std::string_view bytes) {
    v1::TrackBatch batch;
    if (!batch.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      damaged = true;
      return false;
    }
    for (auto& r : *batch.mutable_records()) {
      if (r.step() == v1::TrackRecord::MATCHED) all.push_back(std::move(r));
    }
    return true;
  };
  for (std::uint32_t p = 0; p < partitions; ++p) {
    if (auto read = from.decisions(p, 0, visit); !read) return read.error();
    if (damaged)
      return error{errc::corrupt, "decision records cannot be read",
                   "partition " + std::to_string(p)};
  }
  return all;
}

bool before(const v1::TrackRecord& a, const v1::TrackRecord& b) {
  return std::make_tuple(a.time_ms(), std::cref(a.rule()), std::cref(a.subject_id()),
                         std::cref(a.key())) < std::make_tuple(b.time_ms(), std::cref(b.rule()),
                                                               std::cref(b.subject_id()),
                                                               std::cref(b.key()));
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  adapters::rocksdb_options options;
  options.directory = state_directory(c->deployment.data);
  if (!std::filesystem::exists(options.directory)) return exit_ok;  // nothing ever ran there
  auto store = adapters::open_read_only(options);
  if (!store) return to.fail(exit_unavailable, store.error());
  auto all = read_matches(**store, c->deployment.partitions);
  if (!all) return to.fail(exit_unavailable, all.error());
  std::stable_sort(all->begin(), all->end(), &before);
  for (const auto& r : *all) {
    to.out << firing_line(r.rule(), r.rule_version(), r.subject_id(), from_ms(r.time_ms()),
                          codec::from_proto(r.returns()), r.history_short())
           << '\n';
  }
  return exit_ok;
}

}  // namespace

command firings_command() {
  return {{.name = "firings",
           .summary = "print what fired, as NDJSON, from the decision records kept in the store",
           .positionals = {},
           .options = {config_option()},
           .details = "Works beside a running node or without one. The form and the order are "
                      "those of rule backtest."},
          &run};
}

}  // namespace beckon::topology
