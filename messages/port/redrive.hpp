// Dead letters given again, as those who run a node ask for it; implemented by the wiring.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/delivery/redrive.hpp"

namespace beckon::port {

struct letter_name {
  std::uint32_t partition = 0;
  hash128 id;
};

/// What became of a letter.
struct letter_fate {
  enum class kind : std::uint8_t {
    unanswered,  ///< nobody knows: where it is still listed, it was not given again
    redriven,    ///< durable: the letter is gone, its input judged or its delivery in the outbox
    refused,     ///< it stays
    gone,        ///< there is no such letter (any more)
  } what = kind::unanswered;
  std::string why = {};  ///< for people, when not redriven
};

/// In the order of the letters asked about.
using redrive_done = std::function<void(std::vector<letter_fate>)>;

class redriver {
 public:
  virtual ~redriver() = default;
  /// `done` is called once, on any thread. Does not block.
  virtual void redrive(std::vector<letter_name> letters,
                       const beckon::delivery::redrive_options& how, redrive_done done) = 0;
};

}  // namespace beckon::port
