// All rule files of a configuration together: a TO EACH rule makes an event of its own name, which
// other rules may name. Pure; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/language/compile.hpp"

namespace beckon::language {

struct rule_text {
  std::string text;
  std::string file;  ///< as messages show it
};

struct compiled_set {
  std::shared_ptr<const catalogue> events;  ///< the environment's, with the derived events
  std::vector<compiled_file> files;         ///< beside the texts
};

/// How many derived events may follow from one another.
inline constexpr std::size_t most_hops = 4;

/// Compiles TO EACH rules first, what they name before them, each adding its derived event; then
/// the others. What a rule means and its version do not depend on the other rules. Rules that would
/// cause each other, and chains of more than `most_hops` derived events, are reported at their
/// names.
compiled_set compile_set(const std::vector<rule_text>& texts, const environment& env);

}  // namespace beckon::language
