#include "engine/epoch/subject_session.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/footprint.hpp"
#include "engine/cep/derived_event.hpp"
#include "engine/cep/footprint.hpp"

namespace beckon::epoch {

timestamp ledger_ends(const outreach::ledger& sends, duration keeps) noexcept {
  return saturating_add(sends.all().back().time, keeps);
}

void subject_session::upsert_profile(const event& e) {
  for (const auto& f : e.extra) set_field(known_.profile, f.name, f.content);
  profile_changed_ = true;
}

void subject_session::judge(const session_rules& how, const event& e,
                            const std::vector<std::string>& roles, timestamp settle_upto,
                            std::size_t input, std::vector<session_match>& out) {
  std::vector<cep::match> matches;
  const cep::judging j{how.rules, who_, &known_.profile, how.zone, matches, how.current};
  if (e.type == type_profile_row) {
    cep::settle(j, state_, settle_upto);
    upsert_profile(e);
  } else {
    cep::judge(j, state_, e, roles, settle_upto);
  }
  for (auto& m : matches) {
    const timestamp arrival = m.by_deadline ? beginning : e.arrival;
    out.push_back({input, arrival, std::move(m)});
  }
}

void subject_session::advance(const session_rules& how, timestamp clock, std::size_t input,
                              std::vector<session_match>& out) {
  const timestamp passed = saturating_add(clock, -how.out_of_order);
  for (const cep::held_event& e : held_.release(passed)) {
    judge(how, e.what, e.roles, saturating_add(e.what.time, -how.grace), input, out);
  }
  std::vector<cep::match> matches;
  const cep::judging j{how.rules, who_, &known_.profile, how.zone, matches, how.current};
  cep::settle(j, state_, saturating_add(passed, -how.grace));
  for (auto& m : matches) out.push_back({input, beginning, std::move(m)});
}

void subject_session::take(const session_rules& how, session_event e, std::size_t input,
                           std::vector<session_match>& out) {
  if (e.told) {
    auto told = cep::match_told_by(e.what, std::move(e.told), how.rules.events());
    if (told) out.push_back({input, e.what.arrival, std::move(*told), true});
  }
  if (how.out_of_order == duration::zero()) {
    judge(how, e.what, e.roles, saturating_add(e.clock_before, -how.grace), input, out);
    return;
  }
  advance(how, e.clock_before, input, out);
  const timestamp passed = saturating_add(e.clock_before, -how.out_of_order);
  cep::held_event one{std::move(e.what), std::move(e.roles)};
  if (held_.hold(one, passed)) return;
  judge(how, one.what, one.roles, saturating_add(passed, -how.grace), input, out);
}

std::size_t subject_session::footprint() const noexcept {
  std::size_t sum = beckon::footprint(who_.kind) + beckon::footprint(who_.id) +
                    cep::footprint(state_) + beckon::footprint(known_.profile) +
                    array_footprint(known_.sends.all()) + array_footprint(held());
  for (const auto& r : known_.sends.all())
    sum += beckon::footprint(r.action) + beckon::footprint(r.channel);
  for (const auto& e : held()) sum += cep::footprint(e);
  return sum;
}

timestamp subject_session::wake_at(duration grace) const noexcept {
  const timestamp deadline = saturating_add(state_.next_deadline(), grace);
  return std::min(deadline, held_.next());
}

}  // namespace beckon::epoch
