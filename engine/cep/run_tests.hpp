// The TEST blocks of a rule file, run: what was expected, what came.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cep/replay.hpp"
#include "engine/language/compile.hpp"

namespace beckon::cep {

struct test_outcome {
  std::string title;
  std::string file;
  int line = 0;
  bool passed = false;
  std::string explanation;  ///< empty when passed; else lines for a person: expected, got, withheld
  std::vector<firing> got;  ///< fired and withheld, in order
};

/// Runs one test against the rules, alone. `kind`: of the subjects its events concern.
test_outcome run_test(const std::shared_ptr<const rule_set>& rules, const language::rule_test& test,
                      const std::string& kind, std::string_view zone);

/// Runs every test of a file that compiled. A file without a rule gives none.
std::vector<test_outcome> run_tests(const language::compiled_file& file,
                                    const std::shared_ptr<const catalogue>& events,
                                    std::string_view zone);

}  // namespace beckon::cep
