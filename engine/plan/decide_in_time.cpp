#include "engine/plan/decide_in_time.hpp"

#include "engine/plan/resume.hpp"

namespace beckon {

using outreach::wait_reason;

void decisions_in_time::decide(const outreach::request& what) {
  take_up(what.fired);
  const auto shared = std::make_shared<const outreach::request>(what);
  for (const candidate& c : candidates_of(plan_, what)) decide(c, shared, what.fired);
}

void decisions_in_time::take_up(timestamp upto) {
  while (pending_.any_due(upto, beginning)) {
    for (const auto& w : pending_.take(upto, beginning, 1)) take_up(w);
  }
}

void decisions_in_time::take_up(const epoch::woken_decision& w) {
  auto how = resume(plan_, w, w.what.wake);
  if (how.what == resumption::way::chain)
    return decide({how.action}, std::move(how.request), w.what.wake);
  decision ended;
  ended.action = how.action;
  ended.now = w.what.wake;
  ended.reason = std::move(how.reason);
  told_(ended, *w.what.what);
}

void decisions_in_time::decide(const candidate& c, std::shared_ptr<const outreach::request> what,
                               timestamp now) {
  const hash128 key = key_of(what->who);
  outreach::facts& known = facts_[key];
  known.profile = profiles_(what->who, now);
  known.holds = pending_.holds_of(key);
  decision made = beckon::decide(plan_, c, *what, known, now);
  if (made.what == decision::outcome::put_off) {
    if (made.later.later->why != wait_reason::asked) {
      auto waits = put_off(plan_, {c.action, made.filter_index}, what, made.later, now, now);
      waits.name = pending_.next_name(0, 0);
      pending_.add(std::move(waits));
      return;
    }
    made.what = decision::outcome::filtered;
  }
  told_(made, *what);
}

}  // namespace beckon
