#include "engine/outreach/ask_line.hpp"

namespace beckon::outreach {
namespace {

delivery::answer health_of(const predicate_answer& what, int status) {
  if (!what.missing) return delivery::answer::delivered;
  if (*what.missing == no_answer::timeout || *what.missing == no_answer::unreachable)
    return delivery::answer::unknown;
  const bool busy = status == 408 || status == 425 || status == 429 || status >= 500;
  return busy ? delivery::answer::busy : delivery::answer::refused;
}

}  // namespace

ask_line::turn ask_line::advance(timestamp now) {
  turn out;
  while (!waiting_.empty()) {
    const bool room = under_way_ < how_.most_in_flight;
    if (!room && !breaker_.open()) break;
    const place next = waiting_.front();
    waiting_.pop_front();
    if (next.until <= now) {
      out.give_up.emplace_back(next.who, no_answer::timeout);
    } else if (!room || breaker_.hold(now)) {
      out.give_up.emplace_back(next.who, no_answer::breaker_open);
    } else {
      ++under_way_;
      out.begin.push_back(next.who);
    }
  }
  return out;
}

bool ask_line::end(const predicate_answer& what, int status, timestamp now) {
  --under_way_;
  const bool was = breaker_.open();
  breaker_.note(health_of(what, status), now);
  return breaker_.open() != was;
}

}  // namespace beckon::outreach
