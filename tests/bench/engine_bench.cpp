// The matcher alone, on one core: events per second by number of rules and share of events any rule
// cares about, and bytes of a resident state. Each event is first selected as a partition does it:
// by the index, then by interest.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "engine/cep/replay.hpp"
#include "engine/language/compile.hpp"

namespace beckon::cep {
namespace {

constexpr int named_types = 20;
constexpr int all_types = 100;
constexpr std::size_t users = 20'000;
constexpr std::size_t stream_length = 1 << 18;

std::shared_ptr<const catalogue> events() {
  static const auto made = [] {
    std::vector<event_declaration> types;
    for (int i = 0; i < all_types; ++i) {
      event_declaration d;
      d.name = "t" + std::to_string(i);
      d.fields = {{"user_id", value_type::text},
                  {"item_id", value_type::integer},
                  {"page", value_type::text},
                  {"amount", value_type::real}};
      d.subjects = {{"user", {"user_id"}}};
      types.push_back(std::move(d));
    }
    auto built = catalogue::build({}, std::move(types));
    return built.ok() ? *built : nullptr;
  }();
  return made;
}

std::shared_ptr<const language::checked_rule> compiled(const std::string& text) {
  const auto file = language::compile(text, "bench.rule", {events(), nullptr, "UTC"});
  if (file.rule != nullptr) return file.rule;
  for (const problem& p : file.found) std::fprintf(stderr, "%s\n", p.to_string().c_str());
  std::abort();
}

/// A fair mix, each rule on a page of its own: single events, waits, sequences, counts of different
/// items.
std::string rule_text(int i) {
  const std::string name = "RULE r" + std::to_string(i) + " ";
  const std::string first = "t" + std::to_string(i % named_types);
  const std::string second = "t" + std::to_string((i + 1) % named_types);
  const std::string where = " WHERE page = 'p" + std::to_string(i) + "' ";
  const std::string tail = " FIRE ONCE PER 1 min RETURN o.item_id AS item_id";
  switch (i % 4) {
    case 0:
      return name + "WHEN " + first + " AS o" + where + "AND amount > 5" + tail;
    case 1:
      return name + "WHEN " + first + " AS o" + where + "BUT NOT " + second + " FOR 10 min" + tail;
    case 2:
      return name + "WHEN " + first + " AS o" + where + "THEN " + second +
             " WITHIN 5 min UNLESS t0 WHERE amount < 1" + tail;
    default:
      return name + "WHEN " + first + " AS o AT LEAST 3 DIFFERENT item_id" + where +
             "WITHIN 5 min" + tail;
  }
}

std::shared_ptr<const rule_set> rules_of(int count) {
  std::vector<std::shared_ptr<const language::checked_rule>> rules;
  for (int i = 0; i < count; ++i) rules.push_back(compiled(rule_text(i)));
  return rule_set::build(events(), std::move(rules));
}

struct incoming {
  event content;
  std::uint32_t user = 0;
};

/// `per_mille` of the events are of a named type and on a rule's page; the others of types and
/// pages nobody names.
std::vector<incoming> stream_of(int rules, int per_mille) {
  std::mt19937_64 random(1);
  std::vector<incoming> stream(stream_length);
  const auto attribute_named = [](const char* name) { return *events()->attribute(name); };
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const bool interesting = static_cast<int>(random() % 1000) < per_mille;
    const int rule = static_cast<int>(random() % static_cast<std::uint64_t>(rules));
    const bool other_type = !interesting && random() % 2 == 0;
    const int type = other_type
                         ? named_types + static_cast<int>(random() % (all_types - named_types))
                         : rule % named_types;
    event& e = stream[i].content;
    e.type = *events()->type("t" + std::to_string(type));
    e.time = e.arrival = from_ms(1'700'000'000'000 + static_cast<std::int64_t>(i));
    e.id = "0123456789abcdef" + std::to_string(i);
    e.source = "app";
    e.attributes = {
        {attribute_named("user_id"), "u"},
        {attribute_named("item_id"), static_cast<std::int64_t>(random() % 50)},
        {attribute_named("page"), interesting ? "p" + std::to_string(rule) : "elsewhere"},
        {attribute_named("amount"), static_cast<double>(random() % 10)}};
    std::sort(e.attributes.begin(), e.attributes.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    stream[i].user = static_cast<std::uint32_t>(random() % users);
  }
  return stream;
}

/// What a partition keeps of a user: the state and what it waits for.
struct resident {
  subject who;
  subject_state state;
  interest_bits interest = 0;
  timestamp next = never;
};

void judge_stream(benchmark::State& state) {
  const auto rules = rules_of(static_cast<int>(state.range(0)));
  std::vector<incoming> stream =
      stream_of(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  std::vector<resident> known(users);
  for (std::size_t i = 0; i < users; ++i) known[i].who.id = "user" + std::to_string(i);
  const std::vector<std::string> roles{"user_id"};
  const field_list profile;
  std::vector<match> matches;
  std::size_t at = 0;
  std::size_t judged = 0;
  std::size_t matched = 0;
  for (auto _ : state) {
    incoming& in = stream[at];
    const event& e = in.content;
    resident& r = known[in.user];
    if (rules->can_begin(e) || (r.interest & rules->interest_of(e.type)) != 0 || r.next <= e.time) {
      judge({*rules, r.who, &profile, "UTC", matches}, r.state, e, roles, e.time);
      r.interest = r.state.interest(*rules);
      r.next = r.state.next_deadline();
      ++judged;
      matched += matches.size();
      matches.clear();
    }
    in.content.time += std::chrono::milliseconds{stream_length};  // the next round goes on in time
    if (++at == stream.size()) at = 0;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["judged_share"] =
      static_cast<double>(judged) / static_cast<double>(state.iterations());
  state.counters["matched_share"] =
      static_cast<double>(matched) / static_cast<double>(state.iterations());
}

BENCHMARK(judge_stream)
    ->ArgNames({"rules", "interesting_per_mille"})
    ->Args({1, 10})
    ->Args({1, 100})
    ->Args({10, 10})
    ->Args({10, 100})
    ->Args({100, 10})
    ->Args({100, 20})
    ->Args({100, 100})
    ->Args({10000, 10})
    ->Args({10000, 20})
    ->Args({10000, 100})
    ->Args({100, 1000});

/// Bytes of heap per subject holding what `text`'s first event leaves, stored and loaded as
/// sessions do.
void resident_bytes(benchmark::State& state, const std::string& text) {
  const auto rules = rule_set::build(events(), {compiled(text)});
  std::vector<match> matches;
  event e;
  e.type = *events()->type("t0");
  e.time = from_ms(1'700'000'000'000);
  e.id = "0123456789abcdef0123456789abcdef";
  e.source = "app";
  e.attributes = {{*events()->attribute("item_id"), std::int64_t{123456789}},
                  {*events()->attribute("page"), "checkout"}};
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  constexpr std::size_t count = 20'000;
  std::size_t encoded = 0;
  std::size_t heap = 0;
  for (auto _ : state) {
    std::vector<subject_state> states(count);
    states.clear();
    const subject who{"user", "user1"};
    const std::size_t before = mallinfo2().uordblks;
    for (std::size_t i = 0; i < count; ++i) {
      subject_state& s = states.emplace_back();
      judge({*rules, who, nullptr, "UTC", matches}, s, e, {}, beginning);
      matches.clear();
    }
    heap = mallinfo2().uordblks - before + count * sizeof(subject_state);
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
  std::vector<match> matches;
  const subject who{"user", "user1"};
  subject_state s;
  for (const incoming& in : stream_of(100, 1000)) {
    judge({*rules, who, nullptr, "UTC", matches}, s, in.content, {}, beginning);
    if (s.encode().size() > 800) break;
  }
  const std::string bytes = s.encode();
  for (auto _ : state) {
    const auto loaded = subject_state::decode(s.encode(), *rules);
    benchmark::DoNotOptimize(loaded.ok());
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}

BENCHMARK(encode_and_decode);

}  // namespace
}  // namespace beckon::cep

BENCHMARK_MAIN();
