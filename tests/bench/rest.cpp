#include "tests/bench/rest.hpp"

#include <cstdlib>
#include <optional>
#include <thread>
#include <tuple>

#include "tests/bench/figure.hpp"

namespace beckon::bench {
namespace {

constexpr auto look_every = std::chrono::milliseconds(50);
constexpr auto quiet_for = std::chrono::seconds(1);  // longer than an epoch under load
constexpr auto patience = std::chrono::minutes(15);

/// As far as metrics tell: an epoch that is still judging is not in them.
bool complete(const topology::funnel& f, std::uint64_t events) {
  return f.taken >= events && f.pending == 0 && f.outbox == 0 && f.delivered == f.sent;
}

}  // namespace

double sample(const std::string& exposition, const std::string& name) {
  double sum = 0;
  const std::string begin = "\n" + name;
  for (std::size_t at = 0; (at = exposition.find(begin, at)) != std::string::npos; ++at) {
    const char after = exposition[at + begin.size()];
    if (after != ' ' && after != '{') continue;
    const auto end = exposition.find('\n', at + 1);
    sum += std::strtod(exposition.c_str() + exposition.rfind(' ', end), nullptr);
  }
  return sum;
}

bool same_work(const topology::funnel& a, const topology::funnel& b) {
  const auto work = [](const topology::funnel& f) {
    return std::tuple(f.taken, f.judged, f.matches, f.requests, f.sent, f.delivered);
  };
  return work(a) == work(b);
}

rest wait_for_rest(const std::function<std::string()>& metrics, std::uint64_t events,
                   std::chrono::steady_clock::time_point begun) {
  std::optional<topology::funnel> settled;
  auto since = begun;
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    if (now - begun > patience) die("does not come to rest");
    auto text = metrics();
    auto f = topology::read_funnel(text);
    if (!complete(f, events)) {
      settled.reset();
    } else if (!settled || !same_work(*settled, f)) {
      settled = f;
      since = now;
    } else if (now - since >= quiet_for) {
      return {std::chrono::duration<double>(since - begun).count(), std::move(f), std::move(text)};
    }
    std::this_thread::sleep_for(look_every);
  }
}

}  // namespace beckon::bench
