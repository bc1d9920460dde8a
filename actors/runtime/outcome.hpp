// What a sender's receipt means for a delivery.
#pragma once

#include "engine/delivery/retry.hpp"
#include "messages/port/sender.hpp"

namespace beckon::actors {

inline delivery::answer answer_of(port::delivery_outcome o) noexcept {
  switch (o) {
    case port::delivery_outcome::delivered:
      return delivery::answer::delivered;
    case port::delivery_outcome::refused:
      return delivery::answer::refused;
    case port::delivery_outcome::busy:
      return delivery::answer::busy;
    case port::delivery_outcome::unknown:
      break;
  }
  return delivery::answer::unknown;
}

}  // namespace beckon::actors
