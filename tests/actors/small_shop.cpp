#include "tests/actors/small_shop.hpp"

#include <algorithm>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "beckon/v1/track.pb.h"
#include "topology/data_layout.hpp"
#include "topology/load.hpp"
#include "topology/shipped_kinds.hpp"

namespace beckon::tests {
namespace {

namespace fs = std::filesystem;

struct file {
  const char* path;
  const char* text;
};

constexpr const char* deployment = R"(name: small
node: small-1
partitions: 1
absence_grace: 0 ms
sources:
  - {id: web, kind: http}
limits:
  drain: 10 s
)";
constexpr const char* budgets = R"(supervision:
  rule: {restarts: 9, within: 1 min, first: 5 ms, longest: 20 ms}
  filter: {restarts: 9, within: 1 min, first: 5 ms, longest: 20 ms}
  channel: {restarts: 9, within: 1 min, first: 5 ms, longest: 20 ms}
)";

constexpr file files[] = {
    {"catalogue.yaml", "events:\n  ping: {}\n  pong: {}\n"},
    {"rules/pinged.rule", "RULE pinged \"Sent a ping\"\nWHEN ping\nFIRE EVERY TIME\n"},
    {"rules/ponged.rule", "RULE ponged \"Sent a pong\"\nWHEN pong\nFIRE EVERY TIME\n"},
    {"actions.yaml", R"(actions:
  - {id: answer_ping, rule: pinged, chain: checked, material: note, channel: inbox}
  - {id: answer_pong, rule: ponged, chain: guarded, material: note, channel: other}
)"},
    {"filters.yaml", R"(filters:
  - {id: not_blocked, kind: blacklist, ids: [nobody], fail: closed}
  - {id: not_barred, kind: blacklist, ids: [nobody]}
chains:
  - {id: checked, filters: [not_blocked]}
  - {id: guarded, filters: [not_barred]}
)"},
    {"materials.yaml",
     "materials:\n  - {id: note, title: Hello, body: 'Hello, {{ subject.id }}'}\n"},
    {"channels.yaml", R"(channels:
  - {id: inbox, kind: file, path: data/inbox.ndjson, retry: {attempts: 2, first: 20 ms, longest: 50 ms}}
  - {id: other, kind: file, path: data/other.ndjson}
)"},
};

}  // namespace

small_shop::small_shop(const std::string& limits, const std::string& supervision) {
  std::ofstream(directory_.path() / "beckon.yaml")
      << deployment << limits << budgets << supervision;
  for (const auto& f : files) {
    const fs::path path = directory_.path() / f.path;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << f.text;
  }
  fs::create_directories(directory_.path() / "data");
}

small_shop::~small_shop() = default;

void small_shop::write(const std::string& path, const std::string& text) {
  std::ofstream(directory_.path() / path) << text;
}

void small_shop::start() {
  const auto c =
      topology::load_configuration(directory_.path().string(), topology::shipped_kinds());
  for (const auto& p : c.found) ADD_FAILURE() << p.to_string();
  ASSERT_TRUE(c.plan);
  auto started = topology::node::start(c, log_, {.faults = &faults, .wake = {}});
  ASSERT_TRUE(started.ok()) << started.error().to_string();
  node_ = std::move(*started);
  ASSERT_TRUE(comes_true([this] { return ready(); })) << readiness();
}

void small_shop::start_again() {
  node_.reset();
  start();
}

bool small_shop::stop() {
  const bool drained = node_->drain();
  node_.reset();
  return drained;
}

int small_shop::post(const std::vector<sent_event>& events) {
  nlohmann::json batch = nlohmann::json::array();
  for (const auto& e : events) {
    batch.push_back({{"type", "track"},
                     {"event", e.name},
                     {"userId", e.user},
                     {"messageId", e.name + " " + e.user}});
  }
  return post_items(batch.dump());
}

int small_shop::post_items(const std::string& array) {
  const auto answer =
      http_.post("http://" + node_->ingest_address() + "/v1/batch", "{\"batch\":" + array + "}");
  return answer ? answer->status : 0;
}

std::vector<received> small_shop::in(const std::string& channel) const {
  std::vector<received> all;
  std::ifstream lines(directory_.path() / "data" / (channel + ".ndjson"));
  for (std::string line; std::getline(lines, line);) {
    const auto m = nlohmann::json::parse(line, nullptr, false);
    if (m.is_object())
      all.push_back({m.at("id"), m.at("subject").at("id")});  // the last line may be half written
  }
  return all;
}

std::map<std::string, std::size_t> small_shop::users(const std::string& channel) const {
  std::map<std::string, std::size_t> all;
  for (const auto& m : in(channel)) ++all[m.user];
  return all;
}

double small_shop::metric(const std::string& sample) const {
  const auto text = node_->metrics();
  const auto at = text.find("\n" + sample + " ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + sample.size() + 2));
}

std::string small_shop::readiness() {
  const auto answer = http_.get("http://" + node_->ingest_address() + "/readyz");
  return answer ? answer->body : answer.error().to_string();
}

bool small_shop::comes_true(const std::function<bool()>& condition) const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::vector<codec::dead_letter_row> small_shop::dead_letters() const {
  std::vector<codec::dead_letter_row> all;
  for (const auto& [key, content] : rows(port::row_kind::dead_letter)) {
    auto row = codec::decode_dead_letter(content);
    EXPECT_TRUE(row.ok());
    if (row) all.push_back(std::move(*row));
  }
  return all;
}

std::vector<std::pair<std::string, std::string>> small_shop::rows(port::row_kind kind) const {
  std::vector<std::pair<std::string, std::string>> all;
  adapters::rocksdb_options o;
  o.directory = topology::state_directory((directory_.path() / "data").string());
  const auto store = adapters::open_read_only(o);
  if (!store) {
    ADD_FAILURE() << store.error().to_string();
    return all;
  }
  const auto done = (*store)->scan(0, kind, "", [&](port::row_kind, auto key, auto content) {
    all.emplace_back(key, content);
    return true;
  });
  EXPECT_TRUE(done.ok());
  return all;
}

std::map<std::uint64_t, std::size_t> small_shop::matches_by_epoch() const {
  std::map<std::uint64_t, std::size_t> all;
  adapters::rocksdb_options o;
  o.directory = topology::state_directory((directory_.path() / "data").string());
  const auto store = adapters::open_read_only(o);
  if (!store) {
    ADD_FAILURE() << store.error().to_string();
    return all;
  }
  const auto done = (*store)->decisions(0, 0, [&](std::string_view bytes) {
    v1::TrackBatch batch;
    EXPECT_TRUE(batch.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    for (const auto& r : batch.records())
      all[batch.epoch()] += r.step() == v1::TrackRecord::MATCHED ? 1 : 0;
    return true;
  });
  EXPECT_TRUE(done.ok());
  return all;
}

std::vector<sent_event> one_of_each(const std::string& name, std::size_t count, std::size_t first) {
  std::vector<sent_event> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back({name, "u" + std::to_string(first + i)});
  return all;
}

}  // namespace beckon::tests
