// Text of one .rule file → checked rule and its tests, or every problem found. Pure; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/language/checked_rule.hpp"
#include "engine/language/rule_test.hpp"

namespace beckon::language {

/// Named lists of the configuration (`IN LIST name`), shared and immutable.
using named_lists =
    std::unordered_map<std::string, std::shared_ptr<const std::unordered_set<std::string>>>;

/// What a rule may refer to.
struct environment {
  std::shared_ptr<const catalogue> events;  ///< not null
  std::shared_ptr<const named_lists> lists;
  std::string zone = "UTC";  ///< the deployment's zone
  std::shared_ptr<const named_lists> audiences = {};  ///< ids of users (`user IN AUDIENCE name`)
};

struct compiled_file {
  std::shared_ptr<const checked_rule>
      rule;  ///< null when there are errors, those of its tests included
  std::vector<rule_test> tests;
  problems found;  ///< errors and warnings, in text order
};

/// Compiles one file. Never throws, whatever the text; bounded depth and size. Names,
/// types and bounds of the rule and of each TEST are checked where that part itself parses.
compiled_file compile(std::string_view text, std::string_view file, const environment& env);

}  // namespace beckon::language
