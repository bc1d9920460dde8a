// A tree → the text `rule fmt` prints: one clause a line, keywords in capitals, units and brackets
// as few as needed. parse(print(x)) == x. The rule's version is a hash of it, so titles, comments,
// TESTs, blanks and case are not in it.
#pragma once

#include <string>

#include "engine/language/tree.hpp"

namespace beckon::language {

std::string canonical(const rule_syntax& rule);
std::string canonical(const clause_syntax& clause);
std::string canonical(const syntax& expression);

/// What precedes the first WHEN: the rule's name left out. With the clauses up to a step it says
/// what that step means.
std::string canonical_head(const rule_syntax& rule);

}  // namespace beckon::language
