#include "actors/session/session.hpp"

#include <algorithm>
#include <memory>

#include "actors/runtime/small_actor.hpp"
#include "messages/codec/event_codec.hpp"
#include "messages/codec/rows.hpp"

namespace beckon::actors {
namespace {

/// What a session keeps between messages.
struct session_memory {
  std::shared_ptr<const session_settings> how;
  plan_ptr under;
  epoch::subject_session mind;
  const language::checked_rule* judging = nullptr;  // the rule at work: named when it throws
  std::uint32_t slot = 0;
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
  const epoch::session_rules how{*m.under->rules, m.under->zone, m.how->grace, m.how->out_of_order,
                                 &m.judging};
  std::size_t number = 0;
  for (auto& input : r.inputs) {
    m.how->around.reach("session", m.mind.who().id, input.what.id);
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
      m.mind.wake_at(m.how->grace),
      known.sends.empty() ? never : epoch::ledger_ends(known.sends, m.under->ledger_keeps));
  out.interest = m.mind.state().interest(*m.under->rules);
  out.bytes = m.mind.footprint();
  out.has_profile = !known.profile.empty();
  out.has_ledger = !known.sends.empty();
  if (!out.matches.empty() || r.facts_wanted) out.known = std::make_shared<outreach::facts>(known);
  return out;
}

class session final : public small_actor {
 public:
  session(caf::actor_config& config, std::shared_ptr<const session_settings> how,
          std::uint32_t slot)
      : small_actor(config) {
    memory_.how = std::move(how);
    memory_.slot = slot;
  }

  const char* name() const override { return "session"; }

 private:
  void receive(caf::type_erased_tuple& message) override {
    if (message.match_elements<judge_request>())
      caf::anon_send(owner(), answer(memory_, message.get_mutable_as<judge_request>(0)));
    else if (message.match_elements<close_epoch>())
      memory_.mind.known().sends = message.get_as<close_epoch>(0).known->sends;
  }
  void failed(const std::string& why) noexcept override {
    const auto* rule = memory_.judging;
    caf::anon_send(owner(), session_failed{memory_.how->incarnation, memory_.slot, why,
                                           rule == nullptr ? std::string() : rule->name});
  }
  caf::actor_addr parent() const override { return owner().address(); }

  const partition_actor& owner() const { return memory_.how->owner; }

  session_memory memory_;
};

}  // namespace

session_actor make_session(caf::actor_system& system, std::shared_ptr<const session_settings> how,
                           std::uint32_t slot) {
  return make_small_actor<session_actor, session>(system, std::move(how), slot);
}

}  // namespace beckon::actors
