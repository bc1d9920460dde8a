// TEST blocks: trees → events, rows and expected firings in the catalogue's terms.
#pragma once

#include <string_view>
#include <vector>

#include "engine/language/checked_rule.hpp"
#include "engine/language/compile.hpp"
#include "engine/language/report.hpp"
#include "engine/language/rule_test.hpp"
#include "engine/language/tree.hpp"

namespace beckon::language {

/// Checks the tests of a file that parsed. `rule` is null when it has errors: what its firings
/// return is not checked then. Tests with errors are reported and left out.
std::vector<rule_test> check_tests(const file_syntax& file, const environment& env,
                                   std::string_view file_name, const checked_rule* rule,
                                   reporter& out);

}  // namespace beckon::language
