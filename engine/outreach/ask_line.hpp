// The asks of one filter: so many under way, the others wait in their order, none longer than it
// may; an endpoint that keeps failing is left alone for a while, and nobody waits for it meanwhile.
// Pure; all times are node time; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "engine/outreach/filter.hpp"
#include "engine/outreach/predicate_answer.hpp"

namespace beckon::outreach {

class ask_line {
 public:
  using ticket = std::uint64_t;

  explicit ask_line(const asking& how) : how_(how), breaker_(how_.breaker) {}
  ask_line(const ask_line&) = delete;
  ask_line& operator=(const ask_line&) = delete;

  /// Somebody wants to ask, and to have an answer before `until`.
  void add(ticket who, timestamp until) { waiting_.push_back({who, until}); }

  struct turn {
    std::vector<ticket> begin;                          ///< their turn has come: they are under way
    std::vector<std::pair<ticket, no_answer>> give_up;  ///< they end without having asked
  };
  turn advance(timestamp now);

  /// One under way has ended; what nobody answered (`missing`), and how, says how the endpoint is:
  /// statuses 408, 425, 429 and 5xx, silence and broken connections count as failures. True: it is
  /// left alone from now on, or no more.
  bool end(const predicate_answer& what, int status, timestamp now);

  std::size_t under_way() const noexcept { return under_way_; }
  std::size_t waiting() const noexcept { return waiting_.size(); }
  bool left_alone() const noexcept { return breaker_.open(); }

 private:
  struct place {
    ticket who = 0;
    timestamp until{};
  };
  const asking how_;
  delivery::breaker breaker_;
  std::deque<place> waiting_;
  std::size_t under_way_ = 0;
};

}  // namespace beckon::outreach
