#include "engine/access/event.hpp"

#include <algorithm>

namespace beckon {

const value* event::find(attribute_id name) const noexcept {
  constexpr std::size_t few = 12;  // up to here a scan beats a binary search
  if (attributes.size() <= few) {
    for (const attribute& a : attributes) {
      if (a.name == name) return &a.content;
    }
    return nullptr;
  }
  const auto at = std::lower_bound(attributes.begin(), attributes.end(), name,
                                   [](const attribute& a, attribute_id n) { return a.name < n; });
  return at == attributes.end() || at->name != name ? nullptr : &at->content;
}

}  // namespace beckon
