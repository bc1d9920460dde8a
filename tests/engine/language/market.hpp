// A catalogue with items as subjects, relations, retention and attached tables.
#pragma once

#include <string>
#include <string_view>

#include "engine/language/compile.hpp"

namespace beckon::language::testing {

/// Users, items and shops; orders kept 30 days, visits 7; zone Asia/Shanghai.
const environment& market();

/// Compiles against the market; the file is "test.rule".
compiled_file in_market(std::string_view text);

/// The rule; adds a test failure with every problem, and returns null, when it has errors.
std::shared_ptr<const checked_rule> must_trade(std::string_view text);

attribute_id market_attribute(std::string_view name);
event_type_id market_type(std::string_view name);

/// The step or wait at a position; adds a test failure where something else stands.
const step& step_of(const checked_rule& r, std::size_t position);
const wait& wait_of(const checked_rule& r, std::size_t position);

}  // namespace beckon::language::testing
