#include "actors/session/session.hpp"

#include <algorithm>
#include <memory>

#include "actors/runtime/actor_base.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/codec/rows.hpp"

namespace beckon::actors {
namespace {

/// What a session keeps between messages.
struct session_memory {
  session_memory(const session_settings* s, partition_actor o, std::uint32_t n)
      : settings(s), owner(std::move(o)), slot(n) {}

  const session_settings* settings;
  partition_actor owner;
  std::uint32_t slot;
  epoch::subject_session mind;
  plan_ptr under;
  std::uint64_t incarnation = 0;
  const language::checked_rule* judging = nullptr;  // the rule at work: named when it throws
};

void must(bool ok, const std::string& what) {
  if (!ok) throw std::runtime_error(what);  // ends this session; its partition quarantines the row
}

void read_rows(session_memory& m, const subject_rows& rows, const plan& p) {
  if (rows.profile) {
    auto profile = codec::decode_profile(*rows.profile);
    must(profile.ok(), "the profile row cannot be read");
    m.mind.known().profile = std::move(*profile);
  }
  if (rows.ledger) {
    auto ledger = codec::decode_ledger(*rows.ledger);
    must(ledger.ok(), "the ledger row cannot be read");
    for (auto& r : *ledger) m.mind.known().sends.reserve(std::move(r));
  }
  if (!rows.state) return;
  auto row = codec::decode_subject_row(*rows.state);
  must(row.ok(), "the state row cannot be read");
  m.mind.name(row->who);
  auto state = cep::subject_state::decode(row->state, *p.rules);
  must(state.ok(), "the state cannot be read");
  m.mind.state() = std::move(*state);
  for (auto& held : row->held) {
    auto e = codec::decode_event(held.event, *p.events);
    if (e.ok())
      m.mind.held().push_back({std::move(*e), std::move(held.roles)});
    else
      must(e.error().code == errc::not_found, "a held event cannot be read");
  }
}

std::string state_row(const session_memory& m, const plan& p) {
  codec::subject_row row{m.mind.who(), m.mind.state().encode(), {}};
  for (const auto& held : m.mind.held())
    row.held.push_back({codec::encode_event(held.what, *p.events), held.roles});
  return codec::encode_subject_row(row);
}

/// A new plan: live state is read again under its rules.
void adopt(session_memory& m, const plan_ptr& p) {
  if (m.under == p) return;
  if (m.under) {
    auto state = cep::subject_state::decode(m.mind.state().encode(), *p->rules);
    must(state.ok(), "the state cannot be read under the new plan");
    m.mind.state() = std::move(*state);
  }
  m.under = p;
}

/// A delivery that is sent after all counts again, where it does not count any more.
bool reserve_again(outreach::ledger& sends, const outreach::reservation& r) {
  const auto& all = sends.all();
  if (std::any_of(all.begin(), all.end(),
                  [&](const auto& one) { return one.delivery == r.delivery; })) {
    return false;
  }
  sends.reserve(r);
  return true;
}

/// Gives reservations back and forgets a ledger whose last window has long passed.
bool tidy_ledger(session_memory& m, const judge_request& r) {
  auto& sends = m.mind.known().sends;
  bool changed = false;
  for (const auto& delivery : r.release) changed |= sends.release(delivery);
  for (const auto& one : r.reserve) changed |= reserve_again(sends, one);
  if (sends.empty() || epoch::ledger_ends(sends, m.under->ledger_keeps) > r.clock_at_end)
    return changed;
  sends = {};
  return true;
}

void judge_all(session_memory& m, judge_request& r, judge_answer& out) {
  const epoch::session_rules how{*m.under->rules, m.under->zone, m.settings->grace,
                                 m.settings->out_of_order, &m.judging};
  std::size_t number = 0;
  for (auto& input : r.inputs) {
    m.settings->around->reach("session", m.mind.who().id, input.what.id);
    m.mind.take(how, std::move(input), number++, out.matches);
  }
  if (r.clock_at_end != beginning) m.mind.advance(how, r.clock_at_end, number, out.matches);
  m.judging = nullptr;
}

judge_answer answer(session_memory& m, judge_request& r) {
  judge_answer out;
  out.incarnation = r.incarnation;
  out.serial = r.serial;
  out.slot = m.slot;
  if (!r.who.id.empty()) m.mind.name(r.who);
  if (r.rows) read_rows(m, *r.rows, *r.rules);
  adopt(m, r.rules);
  judge_all(m, r, out);
  out.who = m.mind.who();
  auto& known = m.mind.known();
  if (tidy_ledger(m, r))
    out.ledger = known.sends.empty() ? std::string() : codec::encode_ledger(known.sends.all());
  if (m.mind.take_profile_changed()) out.profile = codec::encode_profile(known.profile);
  if (!m.mind.state_empty()) out.state = state_row(m, *m.under);
  out.wake_at = std::min(
      m.mind.wake_at(m.settings->grace),
      known.sends.empty() ? never : epoch::ledger_ends(known.sends, m.under->ledger_keeps));
  out.interest = m.mind.state().interest(*m.under->rules);
  out.bytes = m.mind.footprint();
  out.has_profile = !known.profile.empty();
  out.has_ledger = !known.sends.empty();
  if (!out.matches.empty()) out.known = std::make_shared<outreach::facts>(known);
  return out;
}

}  // namespace

session_actor::behavior_type session(session_actor::base* self, const session_settings* settings,
                                     partition_actor owner, std::uint32_t slot) {
  install_defaults(self, owner.address());
  const auto memory = std::make_shared<session_memory>(settings, owner, slot);
  self->set_exception_handler(
      [memory](caf::scheduled_actor* me, std::exception_ptr& failure) -> caf::error {
        session_failed report{memory->incarnation, memory->slot, describe(failure),
                              memory->judging ? memory->judging->name : std::string()};
        caf::anon_send(memory->owner, std::move(report));
        (void)me;
        return failure_of(describe(failure));
      });
  return {
      [self, memory](judge_request& r) {
        memory->incarnation = r.incarnation;
        self->send(memory->owner, answer(*memory, r));
      },
      [memory](const close_epoch& c) { memory->mind.known().sends = c.known->sends; },
  };
}

}  // namespace beckon::actors
