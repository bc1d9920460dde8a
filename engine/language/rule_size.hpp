// How much one user can make the matcher remember for a rule, at worst, part by part.
//
//   keys with SAME         256, the least recently used goes
//   what a step counted    n entries (values) of AT LEAST n, 1,000 of SUM; a SUM that only ACTIVE
//                          bounds, or behind THEN without distinct(), is a running total
//   an entry               time and, where asked for, amount, value and captured attributes
//   runs                   one standing at each position, or 8 where several may fit
//   a run                  its slots, and what it has counted at its step
//   look-backs             a time each, per key; one per rule for types without a SAME attribute
//   waits                  a deadline, which is part of the run; UNTIL's time is a slot
//   FIRE                   a time, or 1,000 remembered values of PER attribute
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/language/checked_rule.hpp"

namespace beckon::language {

/// `times` × `bytes`: texts of up to 24 characters included.
struct size_part {
  std::string what;
  std::size_t bytes = 0;
  std::size_t times = 1;
};

/// Reads the clauses, captures, UNLESS, SAME and FIRE of the rule.
std::vector<size_part> worst_case(const checked_rule& rule);

std::size_t total_bytes(const std::vector<size_part>& parts) noexcept;

}  // namespace beckon::language
