// What a step has counted: entries, oldest first, or running totals; and what AND, aggregates and
// SUM make of them. Meaning 4 of the language.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/base/decimal.hpp"
#include "engine/base/time.hpp"
#include "engine/cep/short_list.hpp"
#include "engine/language/checked_rule.hpp"

namespace beckon::cep {

inline constexpr std::size_t most_summed = 1000;  ///< entries of a SUM window

/// How a step counts, worked out once per plan.
struct counting {
  language::quantity how = language::quantity::one;
  std::uint32_t needs = 1;
  attribute_id different{};
  attribute_id summed{};
  bool above = false;  ///< SUM >, not >=
  decimal threshold;
  std::optional<language::aggregate_condition> also;
  std::vector<attribute_id> kept;  ///< attributes AND and aggregates read of each counted entry
  bool remembers = false;          ///< more than one event counts: something is kept between them
  bool timed = false;              ///< of a first step: entries carry their time
  bool running = false;            ///< totals instead of entries
};

/// Totals of one kept attribute.
struct total {
  std::uint64_t numbers = 0;  ///< entries in `sum`
  decimal sum;
  value first, last, least, greatest;  ///< first and last may be NULL
};

/// What SUM, AND and aggregates read of what was counted.
struct figures {
  std::vector<decimal> amounts;  ///< of SUM with entries
  std::vector<value> kept;       ///< entry after entry
  decimal sum;                   ///< of SUM
  std::vector<total> totals;     ///< where running, beside counting::kept
};

/// A million subjects hold a few each: what only some count lies apart.
struct tally {
  std::uint64_t count = 0;           ///< entries counted; of TIMES and DIFFERENT at most `needs`
  short_list<timestamp> times;       ///< where timed
  short_list<std::uint64_t> values;  ///< of DIFFERENT: hash of the value, each once
  std::unique_ptr<figures> apart;    ///< null: nothing of it

  const figures& read() const noexcept;
  figures& write();
};

/// The event under test can count: its attribute of DIFFERENT or SUM is there.
bool is_countable(const counting& c, const event& e, const catalogue& events);

/// Adds an event that is countable. Returns how many entries a SUM window dropped.
std::size_t add(const counting& c, tally& t, const event& e, timestamp at, const catalogue& events);

/// Drops timed entries at or before `until`.
void drop_until(const counting& c, tally& t, timestamp until);

/// The quantity is there (AND aside).
bool is_reached(const counting& c, const tally& t) noexcept;

/// AND AVG|MIN|MAX holds, or there is none.
bool also_holds(const counting& c, const tally& t) noexcept;

/// When the match began: its first counted entry; of SUM the latest from which the sum is still
/// reached. `now` where no times are kept.
timestamp start_of(const counting& c, const tally& t, timestamp now) noexcept;

/// An aggregate over the counted entries. `kept`: the attribute's index in counting::kept; unused
/// by count. `whole`: the attribute is int64.
value aggregate(const counting& c, const tally& t, language::taken what, std::size_t kept,
                bool whole);

}  // namespace beckon::cep
