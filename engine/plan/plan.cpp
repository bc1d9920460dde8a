#include "engine/plan/plan.hpp"

#include <algorithm>

namespace beckon {

const channel_entry* find_channel(const plan& p, std::string_view id) noexcept {
  const auto at = std::find_if(p.channels.begin(), p.channels.end(),
                               [id](const channel_entry& c) { return c.id == id; });
  return at == p.channels.end() ? nullptr : &*at;
}

}  // namespace beckon
