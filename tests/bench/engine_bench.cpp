// The matcher alone, on one core: no actors, no codec, no disk. Each event is first selected as a
// partition does it: by the index, then by interest; what is left is judged.
// Users have an event every 50 s or sooner, and first ten minutes of them, so that they hold what
// such a stream leaves: runs, windows, limits.
// usage: bench_engine [RULES=10] [INTERESTING_PERMILLE=100] [MILLISECONDS=2000] [USERS=20000]
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/cep/replay.hpp"
#include "messages/codec/event_codec.hpp"
#include "tests/bench/figure.hpp"
#include "tests/bench/rule_workload.hpp"

namespace {

using namespace beckon;
using steady = std::chrono::steady_clock;

constexpr std::size_t stream_length = 1 << 18;
constexpr std::uint64_t seconds_before = 600;
constexpr std::uint64_t seconds_between = 50;  ///< of a user's events
constexpr std::size_t looks_at_clock_every = 1 << 14;

/// What a partition keeps of a user: the state and what it waits for.
struct resident {
  subject who;
  cep::subject_state state;
  cep::interest_bits interest = 0;
  timestamp next = never;
};

class matcher_run {
 public:
  matcher_run(const cep::rule_set& rules, std::vector<bench::incoming> stream, std::size_t users)
      : rules_(rules),
        stream_(std::move(stream)),
        known_(users),
        round_(stream_.back().content.time - stream_.front().content.time) {
    for (std::size_t i = 0; i < users; ++i) known_[i].who.id = "user" + std::to_string(i);
  }

  void take_next() {
    bench::incoming& in = stream_[at_];
    const event& e = in.content;
    resident& r = known_[(in.user + shift_) % known_.size()];
    if (rules_.can_begin(e) || (r.interest & rules_.interest_of(e.type)) != 0 || r.next <= e.time) {
      judge(r, e);
    }
    in.content.time += round_;  // the next round goes on in time
    if (++at_ == stream_.size()) {
      at_ = 0;
      shift_ += 7919;  // other users
    }
    ++taken;
  }

  /// Counts from here on.
  void count_anew() noexcept { taken = judged = matched = 0; }

  double share_with_state() const noexcept {
    std::size_t with = 0;
    for (const resident& r : known_) with += r.state.empty() ? 0 : 1;
    return static_cast<double>(with) / static_cast<double>(known_.size());
  }

  std::uint64_t taken = 0;
  std::uint64_t judged = 0;
  std::uint64_t matched = 0;

 private:
  void judge(resident& r, const event& e) {
    cep::judge({rules_, r.who, &profile_, "UTC", matches_}, r.state, e, roles_, e.time);
    r.interest = r.state.interest(rules_);
    r.next = r.state.next_deadline();
    ++judged;
    matched += matches_.size();
    matches_.clear();
  }

  const cep::rule_set& rules_;
  std::vector<bench::incoming> stream_;
  std::vector<resident> known_;
  duration round_;
  const std::vector<std::string> roles_{"user_id"};
  const field_list profile_;
  std::vector<cep::match> matches_;
  std::size_t at_ = 0;
  std::size_t shift_ = 0;
};

double bytes_of(const std::vector<bench::incoming>& stream) {
  constexpr std::size_t enough = 1000;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < enough; ++i)
    bytes += codec::encode_event(stream[i].content, *bench::rule_events()).size();
  return static_cast<double>(bytes) / enough;
}

std::string percent(double share) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", 100 * share);
  return text.data();
}

}  // namespace

int main(int argc, char** argv) {
  const bench::arguments given(argc, argv, "[RULES] [INTERESTING_PERMILLE] [MILLISECONDS] [USERS]");
  const auto count = given.number(0, 10);
  const std::chrono::milliseconds long_enough(given.number(2, 2000));
  if (count == 0) bench::die("no rules, nothing to measure");
  const auto users = static_cast<std::uint32_t>(given.number(3, 20'000));
  if (users == 0) bench::die("no users, nothing to measure");
  const auto per_ms = std::max<std::uint64_t>(1, users / (1000 * seconds_between));
  const auto rules = bench::rules_of(count);
  auto stream = bench::stream_of(count, given.number(1, 100), stream_length, users, per_ms);
  const double bytes = bytes_of(stream);
  matcher_run run(*rules, std::move(stream), users);
  for (std::uint64_t left = seconds_before * 1000 * per_ms; left > 0; --left) run.take_next();
  run.count_anew();
  const auto begun = steady::now();
  while (steady::now() - begun < long_enough) {
    for (std::size_t i = 0; i < looks_at_clock_every; ++i) run.take_next();
  }
  const std::chrono::duration<double> passed = steady::now() - begun;
  const auto n = static_cast<double>(run.taken);
  given.print({.what = "engine alone, one core, " + std::to_string(count) +
                       (count == 1 ? " rule" : " rules"),
               .events = run.taken,
               .users = users,
               .to_session = static_cast<double>(run.judged) / n,
               .fired = static_cast<double>(run.matched) / n,
               .event_bytes = bytes,
               .value = n / passed.count(),
               .unit = "events/s",
               .notes = percent(run.share_with_state()) + " of the users hold state"});
  return 0;
}
