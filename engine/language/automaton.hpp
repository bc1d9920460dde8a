// A checked rule as the automaton it is: positions, what leads on, what stops, what is kept; as
// data and drawn as text. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/language/checked_rule.hpp"
#include "engine/language/rule_size.hpp"

namespace beckon::language {

/// Where a run can stand: at a step (WHEN, THEN) or in a wait. Texts are as the rule writes them;
/// "" and empty lists where there is nothing of the kind.
struct automaton_position {
  std::string kind;    ///< "WHEN", "THEN", "THEN NEXT", "BUT NOT", "WAIT"
  bool waits = false;  ///< led on by a deadline, not by an event
  std::string events;  ///< "order_placed OR order_paid": lead on; in a wait: end the run
  std::string alias;
  std::string where;     ///< "amount >= 10"
  std::string quantity;  ///< "AT LEAST 3 TIMES"
  std::string bound;     ///< window of a count, time left for a THEN, or a wait's deadline
  std::vector<std::string> guards;      ///< look-backs: "no order IN THE LAST 1 day"
  std::vector<std::string> interrupts;  ///< events that end a run on its way to this THEN
  std::vector<std::string> keeps;       ///< what a run takes along from here: "o.amount"
};

struct automaton {
  std::string name, title, version;
  std::string subject;            ///< "user", "user BY buyer_id"
  std::vector<std::string> same;  ///< attributes of the key
  std::string active;             ///< "FROM '…' TO '…'"
  std::vector<automaton_position> positions;
  std::string all_within;
  std::vector<std::string> unless;  ///< ends every run at once
  std::string condition;            ///< IF
  bool keep_first = false;
  std::string fire;     ///< "ONCE PER 7 days"
  std::string to_each;  ///< relation
  std::vector<std::string> returns;
  std::vector<size_part> size;  ///< worst case for one user
};

/// `rule` compiled against `events`.
automaton automaton_of(const checked_rule& rule, const catalogue& events);

/// Lines of text, for people and a fixed-width font.
std::string drawn(const automaton& of);

}  // namespace beckon::language
