#include "engine/delivery/outbox.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace beckon::delivery {
namespace {

bool is_fresh(const outbox_entry& e) {
  return e.attempt == 1 && e.retry_at == beginning;
}

attempt_state state_of(const outbox_entry& e) {
  return {e.attempt, e.may_have_taken_effect, e.expires, e.when_unknown};
}

bool must_be_announced(const outbox_entry& e) {
  return e.when_unknown == ambiguity::at_most_once && !e.attempting;
}

settlement settle(outbox_entry entry, next_step step) {
  settlement s;
  s.attempts = entry.attempt;
  s.release = step.release;
  s.reason = std::move(step.reason);
  s.entry = std::move(entry);
  s.delivered = step.what == next_step::kind::delivered;
  s.letter = step.what == next_step::kind::dead && s.reason != "expired";
  if (step.what == next_step::kind::retry) {
    s.what = settlement::row::rewrite;
    s.entry.attempt += 1;
    s.entry.retry_at = step.at;
    s.entry.attempting = false;
    s.entry.may_have_taken_effect = step.may_have_taken_effect;
  } else if (!s.delivered) {
    s.entry.may_have_taken_effect = !step.release;
  }
  return s;
}

}  // namespace

void outbox::add(outbox_entry entry) {
  hold(std::move(entry), false);
}

void outbox::recover(outbox_entry entry, std::uint64_t order_at_start) {
  const bool of_another_process = entry.order <= order_at_start;
  if (of_another_process && entry.attempting) {
    settlement s;
    s.attempts = entry.attempt;
    s.reason = "ambiguous";
    s.letter = true;
    s.entry = std::move(entry);
    s.entry.may_have_taken_effect = true;
    lost_.push_back(std::move(s));
    return;
  }
  if (of_another_process) entry.may_have_taken_effect = true;
  hold(std::move(entry), true);
}

void outbox::hold(outbox_entry entry, bool may_be_running) {
  if (const auto known = orders_.find(entry.delivery); known != orders_.end()) {
    const slot& held = slots_.at(known->second);
    const bool is_news = held.entry->attempt < entry.attempt ||
                         (held.at == stage::announced && held.entry->attempt == entry.attempt);
    if (!is_news) return;
    drop(known->second);
  }
  const auto held = std::make_shared<const outbox_entry>(std::move(entry));
  slots_[held->order] = {held, stage::waiting, may_be_running};
  orders_[held->delivery] = held->order;
  wait(*held);
}

outbox_offers outbox::next(timestamp now, std::span<const channel_credit> credits) {
  outbox_offers out;
  for (const channel_credit& c : credits) {
    const auto found = lanes_.find(c.channel);
    if (found != lanes_.end()) fill(found->second, c.credit, now, out);
  }
  return out;
}

/// Announced attempts hold credit from their announcement on.
void outbox::fill(lane& from, std::size_t credit, timestamp now, outbox_offers& out) {
  for (auto at = from.ready.begin(); credit > 0 && at != from.ready.end();) {
    const std::uint64_t order = *at++;
    if (expired(state_of(*slots_.at(order).entry), now)) continue;
    out.start.push_back(offer(order));
    --credit;
  }
  for (credit -= std::min(credit, from.announced); credit > 0; --credit) {
    const auto order = take(from, now);
    if (!order) return;
    if (must_be_announced(*slots_.at(*order).entry)) {
      out.announce.push_back(announce(*order));
    } else {
      out.start.push_back(offer(*order));
    }
  }
}

std::optional<settlement> outbox::hold_back(hash128 delivery, std::uint32_t attempt,
                                            timestamp until) {
  const outbox_entry_ptr entry = find(delivery);
  if (!entry || entry->attempt != attempt) return std::nullopt;
  outbox_entry later = *entry;
  later.retry_at = until;
  later.attempting = false;
  const slot was = drop(entry->order);
  if (entry->attempting) {
    settlement s;
    s.what = settlement::row::rewrite;
    s.attempts = attempt - 1;
    s.entry = later;
    slots_[later.order] = {std::make_shared<const outbox_entry>(std::move(later)), stage::announced,
                           was.may_be_running};
    orders_[delivery] = s.entry.order;
    ++lanes_[s.entry.channel].announced;
    return s;
  }
  hold(std::move(later), was.may_be_running);
  return std::nullopt;
}

std::vector<settlement> outbox::expire(timestamp now) {
  std::vector<settlement> out = std::exchange(lost_, {});
  while (!expiries_.empty() && expiries_.begin()->first <= now) {
    const slot ended = drop(expiries_.begin()->second);
    settlement s;
    s.entry = *ended.entry;
    s.attempts = s.entry.attempt - 1;
    s.release = !s.entry.may_have_taken_effect && !ended.may_be_running;
    s.reason = "expired";
    out.push_back(std::move(s));
  }
  return out;
}

std::optional<settlement> outbox::apply(const attempt_result& r, const retry_policy& policy,
                                        timestamp now, double random) {
  const outbox_entry_ptr entry = find(r.delivery);
  if (!entry || entry->attempt != r.attempt) return std::nullopt;
  next_step step = after_attempt(policy, state_of(*entry), r.what, r.retry_after, now, random);
  drop(entry->order);
  return settle(*entry, std::move(step));
}

timestamp outbox::wakes_at(timestamp now) const noexcept {
  const auto later = wakes_.upper_bound({now, std::numeric_limits<std::uint64_t>::max()});
  const timestamp retry = later == wakes_.end() ? never : later->first;
  const timestamp expiry = expiries_.empty() ? never : expiries_.begin()->first;
  return std::min(retry, expiry);
}

outbox_entry_ptr outbox::find(hash128 delivery) const noexcept {
  const auto at = orders_.find(delivery);
  return at == orders_.end() ? nullptr : slots_.at(at->second).entry;
}

void outbox::wait(const outbox_entry& e) {
  lane& to = lanes_[e.channel];
  if (e.attempting) {
    to.ready.insert(e.order);
  } else if (is_fresh(e)) {
    to.fresh.insert(e.order);
  } else {
    to.retries.emplace(e.retry_at, e.order);
    wakes_.emplace(e.retry_at, e.order);
  }
  if (e.expires != never) expiries_.emplace(e.expires, e.order);
}

void outbox::stop_waiting(const outbox_entry& e) {
  lane& from = lanes_[e.channel];
  from.ready.erase(e.order);
  from.fresh.erase(e.order);
  from.retries.erase({e.retry_at, e.order});
  wakes_.erase({e.retry_at, e.order});
  expiries_.erase({e.expires, e.order});
}

/// The lane's next entry. What has expired waits for `expire`.
std::optional<std::uint64_t> outbox::take(lane& from, timestamp now) {
  const auto alive = [&](std::uint64_t order) {
    return !expired(state_of(*slots_.at(order).entry), now);
  };
  const auto fresh = std::find_if(from.fresh.begin(), from.fresh.end(), alive);
  const auto due = std::find_if(from.retries.begin(), from.retries.end(),
                                [&](const auto& r) { return r.first > now || alive(r.second); });
  const bool has_fresh = fresh != from.fresh.end();
  const bool has_due = due != from.retries.end() && due->first <= now;
  if (!has_fresh && !has_due) return std::nullopt;
  from.retry_was_last = has_due && !(has_fresh && from.retry_was_last);
  return from.retry_was_last ? due->second : *fresh;
}

outbox_entry_ptr outbox::offer(std::uint64_t order) {
  slot& s = slots_.at(order);
  stop_waiting(*s.entry);
  s.at = stage::offered;
  ++in_flight_;
  return s.entry;
}

settlement outbox::announce(std::uint64_t order) {
  slot& s = slots_.at(order);
  stop_waiting(*s.entry);
  s.at = stage::announced;
  ++lanes_[s.entry->channel].announced;
  settlement out;
  out.what = settlement::row::rewrite;
  out.attempts = s.entry->attempt - 1;
  out.entry = *s.entry;
  out.entry.attempting = true;
  return out;
}

outbox::slot outbox::drop(std::uint64_t order) {
  const auto at = slots_.find(order);
  slot s = std::move(at->second);
  switch (s.at) {
    case stage::waiting:
      stop_waiting(*s.entry);
      break;
    case stage::announced:
      --lanes_[s.entry->channel].announced;
      break;
    case stage::offered:
      --in_flight_;
      break;
  }
  orders_.erase(s.entry->delivery);
  slots_.erase(at);
  return s;
}

}  // namespace beckon::delivery
