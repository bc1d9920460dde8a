// A TEST block of a rule file, checked: what is given, what must fire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/base/time.hpp"
#include "engine/base/value.hpp"

namespace beckon::language {

/// An event of a test with its subject's id ("" = the test's default subject), or a row: of an
/// entity's table (`$user`, `$item`; the id is the entity's) or of a relation.
struct given_event {
  event content;
  std::string subject_id;
};

struct expected_firing {
  std::optional<timestamp> at;
  std::string subject_id;  ///< "" = not compared
  field_list returns;      ///< only these are compared
  int line = 0;
};

struct rule_test {
  std::string title;
  std::string file;
  int line = 0;
  timestamp starts{};
  std::vector<given_event> given;         ///< in text order
  std::optional<timestamp> until;         ///< else: until no deadline is left
  std::vector<expected_firing> expected;  ///< empty: EXPECT NOTHING
};

}  // namespace beckon::language
