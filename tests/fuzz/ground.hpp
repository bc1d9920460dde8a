// What the targets share: a catalogue, rules whose state has every part, and a reader that makes
// values of bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/access/event.hpp"
#include "engine/cep/rule_set.hpp"
#include "engine/language/compile.hpp"

namespace beckon::fuzz {

/// Says what was promised and ends the program.
[[noreturn]] void broken(std::string_view promise);
inline void require(bool holds, std::string_view promise) {
  if (!holds) broken(promise);
}

/// Events a, b, c with an attribute of each type: i j (int64), r (double), s k (string), b (bool),
/// t u (time), d (duration), l (list); a profile; the relation likes.
const language::environment& ground();

/// Rules with windows, keys, runs, waits, look-backs, totals and FIRE limits.
const std::shared_ptr<const cep::rule_set>& rules();

/// Reads values from bytes; past the end everything is zero.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::uint8_t byte();
  std::int64_t number();
  value any_value(int depth = 2);
  /// An event of the catalogue, `seconds` after 2024-01-01 at the latest.
  event any_event();
  field_list any_profile();

 private:
  std::string_view rest_;
};

}  // namespace beckon::fuzz
