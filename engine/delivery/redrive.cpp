#include "engine/delivery/redrive.hpp"

#include <utility>

namespace beckon::delivery {
namespace {

duration lifetime_of(const outbox_entry& e, const redrive_terms& terms) noexcept {
  if (terms.lifetime) return *terms.lifetime;
  return e.expires == never ? duration::zero() : e.expires - e.fired;
}

}  // namespace

redrive_answer redrive(outbox_entry given_up, const redrive_options& how,
                       const redrive_terms& terms, timestamp now) {
  if (!terms.channel_there)
    return {{}, "its channel '" + given_up.channel + "' is not configured any more"};
  if (given_up.expires <= now && !how.expired)
    return {{},
            "it expired at " + to_rfc3339(given_up.expires) + "; --expired sends it all the same"};
  if (given_up.when_unknown == ambiguity::at_most_once && given_up.may_have_taken_effect &&
      !how.ambiguous) {
    return {{},
            "an attempt had no answer and may have taken effect, and its action says at_most_once; "
            "--ambiguous sends it all the same"};
  }
  const duration lifetime = lifetime_of(given_up, terms);
  given_up.expires = lifetime == duration::zero() ? never : saturating_add(now, lifetime);
  given_up.attempt = 1;
  given_up.retry_at = beginning;
  given_up.attempting = false;
  given_up.arrival = beginning;  // how long it took is no figure of this node's speed any more
  ++given_up.redriven;
  return {std::move(given_up)};
}

}  // namespace beckon::delivery
