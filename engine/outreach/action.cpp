#include "engine/outreach/action.hpp"

#include <array>

namespace beckon::outreach {
namespace {

constexpr std::array<std::string_view, 4> routing_names = {"taken", "disabled", "not_yet_valid",
                                                           "expired"};
static_assert(routing_names.size() == static_cast<std::size_t>(routing::expired) + 1);

}  // namespace

std::string_view to_string(routing r) noexcept {
  return routing_names[static_cast<std::size_t>(r)];
}

routing route(const action& a, timestamp fired) noexcept {
  if (!a.enabled) return routing::disabled;
  if (a.valid_from && fired < *a.valid_from) return routing::not_yet_valid;
  if (a.valid_to && fired >= *a.valid_to) return routing::expired;
  return routing::taken;
}

timestamp expiry_of(const action& a, timestamp fired) noexcept {
  return a.expires_after == duration::zero() ? never : saturating_add(fired, a.expires_after);
}

hash128 delivery_id_of(hash128 occurrence, std::string_view action,
                       std::uint32_t channel_position) noexcept {
  return hash_builder().hash(occurrence).text(action).number(channel_position).finish();
}

}  // namespace beckon::outreach
