// A tree → the text `rule fmt` prints: one clause a line, keywords in capitals, units and brackets
// as few as needed. parse(print(x)) == x. The rule's version is a hash of it, so titles, comments,
// TESTs, blanks and case are not in it.
#pragma once

#include <string>
#include <vector>

#include "engine/language/tree.hpp"

namespace beckon::language {

std::string canonical(const rule_syntax& rule);
std::string canonical(const clause_syntax& clause);
std::string canonical(const syntax& expression);
/// The events and their WHERE; the events alone.
std::string canonical(const pattern_syntax& pattern);
std::string canonical_events(const pattern_syntax& pattern);
/// "AT LEAST 3 TIMES"; "" for none.
std::string canonical(const quantity_syntax& quantity);

/// Each clause of the rule on a line, RULE first: `heads` of the tree says where each stands.
/// Unlike the canonical text it holds FOR user where that is written.
std::vector<std::string> clause_lines(const rule_syntax& rule);

/// A literal as expressions and tests' numbers are written.
std::string canonical_literal(const value& v);

/// What precedes the first WHEN: the rule's name left out. With the clauses up to a step it says
/// what that step means.
std::string canonical_head(const rule_syntax& rule);

}  // namespace beckon::language
