// A start on the memory of many idle users: from nothing to ready, with the embedded broker; and
// what such a user costs on the disk. Every user holds what two rules remember of one event, every
// fourth a ledger with a send, as sessions write them. usage: bench_start [USERS=1000000]
#include <chrono>
#include <cmath>
#include <fstream>
#include <thread>
#include <unordered_map>

#include "adapters/log/logger.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "engine/cep/step.hpp"
#include "engine/epoch/directory.hpp"
#include "messages/codec/commit_writer.hpp"
#include "messages/codec/rows.hpp"
#include "tests/bench/figure.hpp"
#include "tests/support/temporary_directory.hpp"
#include "topology/backup/backup.hpp"
#include "topology/data_layout.hpp"
#include "topology/load.hpp"
#include "topology/node/node.hpp"
#include "topology/shipped_kinds.hpp"

namespace {

using namespace beckon;
using clock_type = std::chrono::steady_clock;

constexpr std::size_t subjects_of_a_record = 4'096;
constexpr auto longest_start = std::chrono::minutes(2);

void write(const std::filesystem::path& to, const std::string& text) {
  std::filesystem::create_directories(to.parent_path());
  std::ofstream file(to);
  file << text;
  if (!file.flush()) bench::die("cannot write " + to.string());
}

topology::configuration configured(const std::string& directory) {
  write(directory + "/beckon.yaml", "name: bench\npartitions: 16\ndata: data\n");
  write(directory + "/catalogue.yaml",
        "events:\n  checkout: {fields: {item_id: string, price: double}}\n  paid: {fields: "
        "{item_id: string}}\n");
  write(directory + "/rules/unpaid.rule",
        "RULE unpaid\nSAME item_id\nWHEN checkout AS c BUT NOT paid FOR 20 days\n"
        "FIRE ONCE PER 1 day\nRETURN c.item_id AS item_id, c.price AS price\n");
  write(directory + "/rules/often.rule",
        "RULE often\nWHEN checkout AT LEAST 5 TIMES WITHIN 30 days\nFIRE ONCE PER 30 days\n");
  write(directory + "/filters.yaml",
        "filters:\n  - {id: capped, kind: fatigue, scope: user, most: 3, within: 7 days}\n"
        "chains:\n  - {id: all, filters: [capped]}\n");
  write(directory + "/materials.yaml",
        "materials:\n  - {id: note, title: Hello, body: \"You came\"}\n");
  write(directory + "/channels.yaml",
        "channels:\n  - {id: file, kind: file, path: data/sent.ndjson}\n");
  write(directory + "/actions.yaml",
        "actions:\n  - {id: note, rule: often, chain: all, material: note, channel: file}\n");
  auto c = topology::load_configuration(directory, topology::shipped_kinds());
  if (!c.plan) bench::die(c.found.front().to_string());
  return c;
}

/// From nothing to ready, in seconds.
double start_of(const topology::configuration& c, std::unique_ptr<topology::node>& running) {
  static adapters::logger log({.least = port::log_level::warning});
  const auto from = clock_type::now();
  auto started =
      topology::node::start(c, log, {.wake = [] { bench::die("the node cannot go on"); }});
  if (!started) bench::die(started.error().to_string());
  running = std::move(*started);
  while (!running->ready()) {
    if (clock_type::now() - from > longest_start) bench::die("the node does not get ready");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return std::chrono::duration<double>(clock_type::now() - from).count();
}

std::uint64_t subjects_known(const topology::node& running) {
  const auto text = running.metrics();
  constexpr std::string_view sample = "\nbeckon_subjects_known ";
  const auto at = text.find(sample);
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + sample.size()));
}

/// A user's rows, as its session would answer them.
class user_rows {
 public:
  user_rows(const topology::configuration& c, timestamp now) : plan_(*c.plan), now_(now) {}

  void add(std::uint64_t n, codec::commit_writer& record, const subject& who,
           const std::string& key) {
    event e;
    e.type = *plan_.events->type("checkout");
    e.time = e.arrival = now_ - duration(n % 86'400'000);
    e.id = "event-" + std::to_string(n);
    e.source = "web";
    e.attributes = {{*plan_.events->attribute("item_id"), "item-" + std::to_string(n % 100'000)},
                    {*plan_.events->attribute("price"), static_cast<double>(n % 1000) / 4}};
    std::sort(e.attributes.begin(), e.attributes.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    cep::subject_state state;
    matches_.clear();
    cep::judge({*plan_.rules, who, nullptr, "UTC", matches_}, state, e, {}, beginning);
    codec::directory_row known{state.next_deadline(), state.interest(*plan_.rules),
                               epoch::directory::row_state};
    put(record, v1::Row::STATE, key, codec::encode_subject_row({who, state.encode()}));
    if (n % 4 == 0) {
      known.rows |= epoch::directory::row_ledger;
      put(record, v1::Row::LEDGER, key,
          codec::encode_ledger({{hash_bytes(key), "note", "file", e.time}}));
    }
    put(record, v1::Row::DIRECTORY, key, codec::encode_directory(known));
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void put(codec::commit_writer& record, v1::Row::Kind kind, const std::string& key,
           std::string content) {
    bytes_ += key.size() + content.size();
    record.put(kind, key, std::move(content));
  }

  const plan& plan_;
  timestamp now_;
  std::vector<cep::match> matches_;
  std::uint64_t bytes_ = 0;
};

struct filled {
  double row_bytes = 0;   ///< keys and contents
  double disk_bytes = 0;  ///< of the store's files
};

/// Epochs of users go on where the partition's own stopped.
class partition_filler {
 public:
  partition_filler(port::store& store, std::uint32_t number) : store_(store) {
    const auto base = store.recover(number);
    if (!base) bench::die(base.error().to_string());
    who_.partition = number;
    if (!base->last_record.empty()) {
      const auto head = codec::decode_head(base->last_record);
      if (!head) bench::die(head.error().to_string());
      who_ = head->who;
    }
    begin();
  }
  codec::commit_writer& record() { return *record_; }
  void added() {
    if (++subjects_ >= subjects_of_a_record) commit();
  }
  void commit() {
    if (subjects_ == 0) return;
    const std::string bytes = record_->finish();
    if (auto done = store_.commit({&bytes, 1}); !done) bench::die(done.error().to_string());
    begin();
  }

 private:
  void begin() {
    who_.previous = who_.epoch++;
    record_.emplace(who_);
    subjects_ = 0;
  }
  port::store& store_;
  codec::commit_identity who_{};
  std::optional<codec::commit_writer> record_;
  std::size_t subjects_ = 0;
};

filled fill(const topology::configuration& c, std::uint64_t users, timestamp now) {
  adapters::rocksdb_options options;
  options.directory = topology::state_directory(c.deployment.data);
  auto store = adapters::open_store(options);
  if (!store) bench::die(store.error().to_string());
  std::vector<partition_filler> partitions;
  for (std::uint32_t p = 0; p < c.deployment.partitions; ++p) partitions.emplace_back(**store, p);
  user_rows rows(c, now);
  for (std::uint64_t n = 0; n < users; ++n) {
    const subject who{"user", "user-" + std::to_string(n)};
    const auto key = key_of(who);
    auto& p = partitions[partition_of(key, c.deployment.partitions)];
    rows.add(n, p.record(), who, to_bytes(key));
    p.added();
  }
  for (auto& p : partitions) p.commit();
  const std::string copy = c.deployment.data + "/checkpoint";
  if (auto made = (*store)->checkpoint(copy); !made) bench::die(made.error().to_string());
  const auto n = static_cast<double>(users);
  const filled out{static_cast<double>(rows.bytes()) / n,
                   static_cast<double>(topology::bytes_below(copy)) / n};
  std::filesystem::remove_all(copy);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv, "[USERS]");
  const std::uint64_t users = given.number(0, 1'000'000);
  const tests::temporary_directory directory;
  const auto c = configured(directory.path().string());
  std::unique_ptr<topology::node> node;
  const double empty = start_of(c, node);  // makes the streams, too
  if (!node->drain()) bench::die("the node does not drain");
  node.reset();
  const auto in = fill(c, users, std::chrono::floor<duration>(std::chrono::system_clock::now()));
  const double full = start_of(c, node);
  if (subjects_known(*node) != users) bench::die("ready, but not all users are known");
  const auto memory = bench::memory_now();
  given.print({.what = "a start on the memory of idle users, until ready",
               .events = 0,
               .users = users,
               .to_session = 0,
               .fired = 0,
               .event_bytes = 0,
               .value = full * 1000,
               .unit = "ms",
               .notes = std::to_string(std::lround(empty * 1000)) +
                        " ms with nothing stored (streams are made); " +
                        std::to_string(std::lround(in.disk_bytes)) + " B/user on disk, " +
                        std::to_string(std::lround(in.row_bytes)) + " in rows; " +
                        bench::to_string(memory)});
  return 0;
}
