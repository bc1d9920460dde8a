#include "engine/plan/decide.hpp"

namespace beckon {

std::vector<candidate> candidates_of(const plan& p, const outreach::request& what) {
  std::vector<candidate> found;
  const auto at = p.actions_of_rule.find(what.rule);
  if (at == p.actions_of_rule.end()) return found;
  for (const std::size_t i : at->second) found.push_back({i, route(p.actions[i], what.fired)});
  return found;
}

const std::vector<std::size_t>* chain_of(const plan& p, const outreach::action& by) noexcept {
  static const std::vector<std::size_t> none;
  if (by.chain.empty()) return &none;
  const auto at = p.chain_by_id.find(by.chain);
  return at == p.chain_by_id.end() ? nullptr : &p.chains[at->second].filters;
}

outreach::verdict answer_while_down(const filter_entry& f) {
  return {f.fail_open, "filter_down"};
}

chain_verdict run_chain(const plan& p, outreach::question q) {
  const std::vector<std::size_t>* filters = chain_of(p, q.by);
  if (filters == nullptr) return {false, {}, {false, "no_chain"}, 0};
  for (const std::size_t i : *filters) {
    const filter_entry& f = p.filters[i];
    q.filter = f.id;
    outreach::verdict v = f.judge->judge(q);
    if (!v.pass) return {false, f.id, std::move(v), i};
  }
  return {};
}

settled settle_send(const plan& p, const outreach::request& what, const outreach::action& by,
                    outreach::facts& known, timestamp now) {
  decided_send send;
  send.expires = expiry_of(by, what.fired);
  if (now >= send.expires) {
    return {{}, "too_late", "it expired at " + to_rfc3339(send.expires)};
  }
  send.delivery = outreach::delivery_id_of(what.occurrence, by.id, 0);
  auto content = by.content->render(what, by.id, send.delivery, known);
  if (!content) return {{}, "render", content.error().to_string()};
  send.content = std::move(*content);
  send.channel = by.channel;
  send.reserved = {send.delivery, by.id, by.channel, now};
  known.sends.reserve(send.reserved);
  known.sends.forget(saturating_add(known.sends.all().back().time, -p.ledger_keeps));
  return {std::move(send)};
}

decision decide(const plan& p, const candidate& c, const outreach::request& what,
                outreach::facts& known, timestamp now) {
  const outreach::action& by = p.actions[c.action];
  decision made;
  made.action = c.action;
  made.now = now;
  if (c.verdict != outreach::routing::taken) {
    made.reason = to_string(c.verdict);
    return made;
  }
  chain_verdict chain = run_chain(p, {what, by, known, now});
  if (!chain.pass) {
    made.what = decision::outcome::filtered;
    made.filter = std::move(chain.filter);
    made.filter_index = chain.index;
    made.reason = chain.what.reason;
    made.values = chain.what.values;
    if (chain.what.later) {
      made.what = decision::outcome::put_off;
      made.later = std::move(chain.what);
    }
    return made;
  }
  settled end = settle_send(p, what, by, known, now);
  if (end.sent) made.what = decision::outcome::sent;
  made.send = std::move(end.sent);
  made.reason = std::move(end.reason);
  made.detail = std::move(end.detail);
  return made;
}

}  // namespace beckon
