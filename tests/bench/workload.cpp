#include "tests/bench/workload.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/bench/figure.hpp"
#include "topology/load.hpp"
#include "topology/shipped_kinds.hpp"

namespace beckon::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t items = 100;
constexpr std::uint64_t events_per_ms = 20;

constexpr const char* fields =
    "{page: string, item_id: string, category: string, price: double, session: string, "
    "position: int64}";

void write(const fs::path& to, const std::string& text) {
  std::ofstream file(to);
  file << text;
  if (!file.flush()) die("cannot write " + to.string());
}

std::string rare_rule(std::uint32_t i) {
  const auto number = std::to_string(i);
  return "RULE rare_" + number + "\nWHEN view WHERE category = 'rare" + number +
         "'\nTHEN checkout WITHIN 1 min\nFIRE ONCE PER 1 day\n";
}

void write_configuration(const fs::path& dir, const shop_size& size) {
  fs::create_directories(dir / "rules");
  fs::create_directories(dir / "data");
  write(dir / "beckon.yaml",
        "name: bench\npartitions: 16\nsources:\n  - {id: web, kind: http}\nlimits:\n  "
        "resident_sessions: " +
            std::to_string(size.resident_sessions) +
            "\n  queue_credit: " + std::to_string(size.queue_credit) + "\n");
  write(dir / "catalogue.yaml", std::string("events:\n  view:\n    fields: ") + fields +
                                    "\n  scroll:\n    fields: " + fields +
                                    "\n  checkout:\n    fields: " + fields + "\n");
  for (std::uint32_t i = 1; i < size.rules; ++i)
    write(dir / "rules" / ("rare_" + std::to_string(i) + ".rule"), rare_rule(i));
  write(dir / "rules" / "twice.rule",
        "RULE twice\nSAME item_id\nWHEN checkout AS c AT LEAST 2 TIMES WITHIN 2 min\n"
        "FIRE EVERY TIME\nRETURN c.item_id AS item_id\n");
  write(dir / "filters.yaml",
        "filters:\n  - {id: often, kind: fatigue, scope: user, most: 100000, within: 1 h}\n"
        "chains:\n  - {id: all, filters: [often]}\n");
  write(dir / "materials.yaml",
        "materials:\n  - {id: note, title: \"Again {{ item_id }}\", body: \"You came back\"}\n");
  write(dir / "channels.yaml", "channels:\n  - {id: file, kind: file, path: data/sent.ndjson}\n");
  write(dir / "actions.yaml",
        "actions:\n  - {id: note, rule: twice, chain: all, material: note, channel: file}\n");
}

event make_event(const catalogue& names, const char* type, std::uint64_t n, std::uint64_t user,
                 std::uint64_t item, timestamp now) {
  event e;
  e.type = *names.type(type);
  e.time = e.arrival = now;
  e.id = "event-" + std::to_string(n);
  e.source = "web";
  const auto set = [&](const char* name, value v) {
    e.attributes.push_back({*names.attribute(name), std::move(v)});
  };
  set("user_id", "user-" + std::to_string(user));
  set("page", "/category/shoes/running/item.html");
  set("item_id", "item-" + std::to_string(item));
  set("category", "shoes");
  set("price", 59.9);
  set("session", "3f2a9c1e7b");
  set("position", static_cast<std::int64_t>(n % 50));
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return e;
}

}  // namespace

shop::shop(const shop_size& size) {
  const auto directory = directory_.path().string();
  write_configuration(directory, size);
  configuration_ = topology::load_configuration(directory, topology::shipped_kinds());
  if (!configuration_.plan) die(configuration_.found.front().to_string());
}

event_stream event_stream::recorded(const catalogue& names, const shop_size& size,
                                    std::uint64_t length) {
  return {names, size, wall_clock() - duration(length / events_per_ms)};
}

event_stream event_stream::live(const catalogue& names, const shop_size& size) {
  return {names, size, std::nullopt};
}

event event_stream::next() {
  const timestamp now = first_ ? *first_ + duration(n_ / events_per_ms) : wall_clock();
  const bool interesting = random_() % 1000 < size_.interesting_permille;
  const char* boring = random_() % 2 == 0 ? "scroll" : "view";
  const auto user = random_() % size_.users;
  const auto item = random_() % items;
  auto e = make_event(names_, interesting ? "checkout" : boring, ++n_, user, item, now);
  e.client_id = true;
  return e;
}

event checkout(const catalogue& names, std::uint64_t n, std::uint32_t user, timestamp now) {
  return make_event(names, "checkout", n, user, n % items, now);
}

timestamp wall_clock() {
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

}  // namespace beckon::bench
