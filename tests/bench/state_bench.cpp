// A subject's state alone: bytes while resident and when stored, time to store and load it.
// usage: bench_state [options of Google Benchmark]
#include <algorithm>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "engine/cep/replay.hpp"
#include "tests/bench/rule_workload.hpp"

namespace beckon::bench {
namespace {

/// Bytes of heap per subject holding what `text`'s first event leaves, stored and loaded as
/// sessions do.
void resident_bytes(benchmark::State& state, const std::string& text) {
  const auto rules = cep::rule_set::build(rule_events(), {compiled(text)});
  std::vector<cep::match> matches;
  event e;
  e.type = *rule_events()->type("t0");
  e.time = from_ms(1'700'000'000'000);
  e.id = "0123456789abcdef0123456789abcdef";
  e.source = "app";
  e.attributes = {{*rule_events()->attribute("item_id"), std::int64_t{123456789}},
                  {*rule_events()->attribute("page"), "checkout"}};
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  constexpr std::size_t count = 20'000;
  std::size_t encoded = 0;
  std::size_t heap = 0;
  for (auto _ : state) {
    std::vector<cep::subject_state> states(count);
    states.clear();
    const subject who{"user", "user1"};
    const std::size_t before = mallinfo2().uordblks;
    for (std::size_t i = 0; i < count; ++i) {
      cep::subject_state& s = states.emplace_back();
      cep::judge({*rules, who, nullptr, "UTC", matches}, s, e, {}, beginning);
      matches.clear();
    }
    heap = mallinfo2().uordblks - before + count * sizeof(cep::subject_state);
    encoded = states.front().encode().size();
  }
  state.counters["resident_bytes"] = static_cast<double>(heap) / count;
  state.counters["encoded_bytes"] = static_cast<double>(encoded);
  state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}

BENCHMARK_CAPTURE(resident_bytes, one_armed_wait,
                  "RULE r SAME item_id WHEN t0 AS o BUT NOT t1 FOR 30 min FIRE ONCE PER item_id "
                  "RETURN o.item_id AS i, o.page AS p");
BENCHMARK_CAPTURE(resident_bytes, one_of_five_different,
                  "RULE r WHEN t0 AT LEAST 5 DIFFERENT item_id WITHIN 30 min FIRE ONCE PER 7 days");
BENCHMARK_CAPTURE(resident_bytes, fired_once, "RULE r WHEN t0 FIRE ONCE");

void encode_and_decode(benchmark::State& state) {
  const auto rules = rules_of(100);
  std::vector<cep::match> matches;
  const subject who{"user", "user1"};
  cep::subject_state s;
  for (const incoming& in : stream_of(100, 1000, 1 << 16, 20'000)) {
    cep::judge({*rules, who, nullptr, "UTC", matches}, s, in.content, {}, beginning);
    if (s.encode().size() > 800) break;
  }
  const std::string bytes = s.encode();
  for (auto _ : state) {
    const auto loaded = cep::subject_state::decode(s.encode(), *rules);
    benchmark::DoNotOptimize(loaded.ok());
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}

BENCHMARK(encode_and_decode);

}  // namespace
}  // namespace beckon::bench

BENCHMARK_MAIN();
