#include "actors/channel/desk.hpp"

#include "actors/runtime/outcome.hpp"

namespace beckon::actors {

channel_desk::channel_desk(const std::string& id, channel_way way, const surroundings& around)
    : id_(id),
      around_(around),
      out_(std::move(way.out)),
      open_(around.metrics->make_gauge("beckon_breakers_open",
                                       "Endpoints left alone because they fail, by channel",
                                       {{"channel", id}})),
      held_(around.metrics->make_counter(
          "beckon_attempts_held_total",
          "Attempts put off by an open breaker or a used up retry budget", {{"channel", id}})),
      gate_(way.breaker, way.budget) {}

void channel_desk::attempt(const attempt_request& r, const outbox_actor& reply_to) {
  if (!begin(r, reply_to)) return;
  // A weak reference: the sender's own thread must never be the one that ends desk and sender.
  out_->send(r.what,
             [desk = weak_from_this(), k = key(r.what.id, r.what.attempt)](port::receipt result) {
               if (const auto self = desk.lock()) self->finish(k, std::move(result));
             });
}

/// True: the attempt is to be made now.
bool channel_desk::begin(const attempt_request& r, const outbox_actor& reply_to) {
  const key k{r.what.id, r.what.attempt};
  const auto answer = [&](const port::receipt& result, std::optional<timestamp> held_until) {
    caf::anon_send(reply_to,
                   attempt_done{r.what.channel, r.order, k.first, k.second, result, held_until});
  };
  const std::lock_guard hold(guard_);
  if (const auto at = entries_.find(k); at != entries_.end()) {
    at->second.order = r.order;
    at->second.reply_to = reply_to;
    if (at->second.result) answer(*at->second.result, {});
    return false;
  }
  if (const auto until = gate_.hold(r.what.address, r.what.attempt, around_.clock->now())) {
    held_.add();
    answer({}, until);
    return false;
  }
  entries_.emplace(k, entry{r.order, r.what.channel, r.what.address, reply_to, {}});
  return true;
}

void channel_desk::finish(const key& k, port::receipt r) {
  const std::lock_guard hold(guard_);
  auto at = entries_.find(k);
  if (at == entries_.end()) return;
  note(at->second.address, r);
  caf::anon_send(at->second.reply_to,
                 attempt_done{at->second.channel, at->second.order, k.first, k.second, r, {}});
  at->second.result = std::move(r);
}

void channel_desk::note(const std::string& address, const port::receipt& r) {
  const auto was = static_cast<std::int64_t>(gate_.open());
  if (!gate_.note(address, answer_of(r.outcome), r.retry_after.has_value(), around_.clock->now()))
    return;
  const auto is = static_cast<std::int64_t>(gate_.open());
  open_.add(is - was);
  around_.log->write(
      port::log_level::warning, "channel " + id_,
      is > was ? "an endpoint keeps failing and is left alone for a while"
               : "an endpoint works again",
      {{"endpoint", std::string(delivery::endpoint_of(address))}, {"last", r.detail}});
}

void channel_desk::forget(const attempts_committed& done) {
  const std::lock_guard hold(guard_);
  for (const auto& k : done.which) entries_.erase(k);
}

std::size_t channel_desk::in_flight() const {
  const std::lock_guard hold(guard_);
  return entries_.size();
}

}  // namespace beckon::actors
