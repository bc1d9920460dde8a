#include "actors/channel/desk.hpp"

namespace beckon::actors {

void channel_desk::attempt(const attempt_request& r, const outbox_actor& reply_to) {
  const key k{r.what.id, r.what.attempt};
  {
    const std::lock_guard hold(guard_);
    auto [at, made] = entries_.try_emplace(k, entry{r.order, r.what.channel, reply_to, {}});
    if (!made) {
      at->second.order = r.order;
      at->second.reply_to = reply_to;
      if (at->second.result) {
        caf::anon_send(
            reply_to, attempt_done{r.what.channel, r.order, k.first, k.second, *at->second.result});
      }
      return;
    }
  }
  // A weak reference: the sender's own thread must never be the one that ends desk and sender.
  out_->send(r.what, [desk = weak_from_this(), k](port::receipt result) {
    if (const auto self = desk.lock()) self->finish(k, std::move(result));
  });
}

void channel_desk::finish(const key& k, port::receipt r) {
  const std::lock_guard hold(guard_);
  auto at = entries_.find(k);
  if (at == entries_.end()) return;
  caf::anon_send(at->second.reply_to,
                 attempt_done{at->second.channel, at->second.order, k.first, k.second, r});
  at->second.result = std::move(r);
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
