// A shop's catalogue, and short ways to compile and evaluate against it.
#pragma once

#include <string>
#include <string_view>

#include "engine/language/compile.hpp"

namespace beckon::language::testing {

/// Events of a market place, a user's profile and the list `venue_pages`; zone UTC.
const environment& shop();

/// Compiles against the shop; the file is "test.rule".
compiled_file compiled(std::string_view text);

/// The rule; adds a test failure with every problem, and returns null, when it has errors.
std::shared_ptr<const checked_rule> must_compile(std::string_view text);

/// The value of `expression` as RETURN sees it: bare names are attributes of event `probe` (given
/// in `attributes`), user.* are in `profile`; now is 2024-03-01T12:00:00Z. Adds a test failure when
/// it does not compile.
value evaluated(std::string_view expression, const field_list& attributes = {},
                const field_list& profile = {});

/// The problems of `RETURN expression`, as one text.
std::string problems_of(std::string_view expression);

/// 2024-03-01T12:00:00Z.
timestamp test_now();

/// The problems, one a line: "line:column message | hint".
std::string listed(const problems& found);

}  // namespace beckon::language::testing
