#include "engine/cep/reorder_buffer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace beckon::cep {
namespace {

bool happens_before(timestamp t, const held_event& h) noexcept {
  return t < h.what.time;
}

}  // namespace

bool reorder_buffer::hold(held_event& e, timestamp passed) {
  if (e.what.time <= passed) return false;
  const auto place = std::upper_bound(held_.begin(), held_.end(), e.what.time, happens_before);
  held_.insert(place, std::move(e));
  return true;
}

std::vector<held_event> reorder_buffer::release(timestamp passed) {
  const auto end = std::upper_bound(held_.begin(), held_.end(), passed, happens_before);
  std::vector<held_event> ripe(std::make_move_iterator(held_.begin()),
                               std::make_move_iterator(end));
  held_.erase(held_.begin(), end);
  return ripe;
}

}  // namespace beckon::cep
