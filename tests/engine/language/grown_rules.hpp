// Random rule files over the whole grammar: well-formed, whatever they mean.
#pragma once

#include <random>
#include <string>

namespace beckon::language::testing {

/// An expression that parses, of at most `depth` levels, written with more brackets than needed.
std::string grown_expression(std::mt19937& random, int depth);

/// A rule with TESTs that parses: any clauses, blanks, line breaks, comments, cases of keywords.
std::string grown_file(std::mt19937& random);

}  // namespace beckon::language::testing
