// What items cost a node: memory of a row in the table that doors attach from, and the time a start
// takes to load all rows from the snapshot. usage: bench_items [ROWS=1000000]
#include <chrono>
#include <cmath>
#include <string>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/actor/item_shelf.hpp"
#include "messages/codec/item_log.hpp"
#include "tests/bench/figure.hpp"
#include "tests/support/temporary_directory.hpp"

namespace {

using namespace beckon;

constexpr std::uint64_t rows_of_a_batch = 8'192;

field_list fields_of(std::uint64_t item) {
  return {{"item_id", std::to_string(item)},
          {"title", "board game " + std::to_string(item)},
          {"category", item % 2 == 0 ? "toys" : "games"},
          {"price", static_cast<double>(item % 1000) / 4},
          {"stock", static_cast<std::int64_t>(item % 77)}};
}

void fill(port::item_store& store, std::uint64_t rows) {
  std::vector<port::item_row> batch;
  for (std::uint64_t item = 1; item <= rows; ++item) {
    batch.push_back({{"item", std::to_string(item)}, codec::encode_item_row(fields_of(item))});
    if (batch.size() < rows_of_a_batch && item < rows) continue;
    if (auto saved = store.save_items(batch, {1, item, 0}, item == rows); !saved)
      bench::die(saved.error().to_string());
    batch.clear();
  }
}

std::unique_ptr<adapters::node_store> opened(const std::string& directory) {
  adapters::rocksdb_options options;
  options.directory = directory;
  auto store = adapters::open_store(options);
  if (!store) bench::die(store.error().to_string());
  return std::move(*store);
}

void load(port::item_store& store, actors::item_shelf& shelf) {
  const auto scanned = store.scan_items([&](auto kind, auto id, auto content) {
    const auto row = codec::decode_item_row(content);
    if (row) shelf.load(kind, id, *row);
    return row.ok();
  });
  if (!scanned) bench::die(scanned.error().to_string());
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv, "[ROWS]");
  const std::uint64_t rows = given.number(0, 1'000'000);
  const tests::temporary_directory directory;
  fill(*opened(directory.file("store")), rows);
  const auto events = *catalogue::build({{"item",
                                          "item_id",
                                          {{"title", value_type::text},
                                           {"category", value_type::text},
                                           {"price", value_type::real},
                                           {"stock", value_type::integer}}}},
                                        {});
  const auto store = opened(directory.file("store"));
  actors::item_shelf shelf(events);
  const auto before = bench::memory_now();
  const auto from = std::chrono::steady_clock::now();
  load(*store, shelf);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
  const auto after = bench::memory_now();
  if (shelf.size() != rows) bench::die("not every row is on the shelf");
  given.print({.what = "memory of an item's row, four short fields",
               .events = rows,
               .users = 0,
               .to_session = 0,
               .fired = 0,
               .event_bytes = static_cast<double>(codec::encode_item_row(fields_of(rows)).size()),
               .value = (after.in_use - before.in_use) / static_cast<double>(rows),
               .unit = "B/row",
               .notes = "loaded from the snapshot in " +
                        std::to_string(std::lround(took.count() * 1000)) + " ms"});
  return 0;
}
