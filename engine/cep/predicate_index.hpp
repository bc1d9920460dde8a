// For the events of one type: which patterns that can create state they match. Equal conditions are
// one predicate; a predicate is reached through its best atom (equality by hash, a range by binary
// search), and what is left of it is evaluated at most once per event, whatever asks for it. Built
// once, then only read: thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/access/event.hpp"
#include "engine/cep/range_table.hpp"
#include "engine/language/checked_rule.hpp"

namespace beckon::cep {

/// Hash of a value by SQL's `=`: equal values have equal hashes (1 = 1.0, a time = its ms). Lists,
/// NULL: none.
std::optional<std::uint64_t> equality_hash(const value& v) noexcept;

/// A pattern of a rule: rules number theirs one after the other, in the order of the rules.
using entry_id = std::uint32_t;

/// A pattern that an event matches; `sure`: its WHERE is known to hold, else somebody with the
/// subject at hand has to ask.
struct hit {
  entry_id entry = 0;
  bool sure = false;
};

/// What conditions said of the event at hand, and room for the answer: reused from event to event.
class index_scratch {
 public:
  /// Forgets every answer; room for so many conditions.
  void begin(std::size_t conditions);
  /// The condition's answer: known already, or from `ask`.
  template <class function>
  bool answer(std::size_t condition, const function& ask) {
    std::uint64_t& known = answers_[condition];
    if (known >> 1 != turn_) known = turn_ << 1 | (ask() ? 1 : 0);
    return (known & 1) != 0;
  }
  /// Puts hits from `from` on in order, whose entries are below `entries` and differ.
  void put_in_order(std::vector<hit>& hits, std::size_t from, std::size_t entries);

 private:
  std::vector<std::uint64_t> answers_;  ///< the turn it is of, then the answer
  std::uint64_t turn_ = 0;
  std::vector<std::uint64_t> found_, sure_;  ///< a bit per entry; zero between uses
};

class predicate_index {
 public:
  /// The index of events of one type, before `finish`. The expression must outlive the index.
  void add(entry_id entry, const language::expression* where);
  void finish();

  bool empty() const noexcept { return predicates_.empty(); }
  /// How many conditions differ.
  std::size_t predicates() const noexcept { return predicates_.size(); }
  /// Some pattern matches, or may.
  bool any(const language::scope& s, index_scratch& scratch) const;
  /// Appends every pattern that matches, or may, each once, in the order of entries.
  void collect(const language::scope& s, index_scratch& scratch, std::vector<hit>& out) const;

 private:
  using predicate_id = std::uint32_t;
  struct predicate {
    const language::expression* where = nullptr;
    std::vector<entry_id> entries;
    std::vector<std::uint32_t> conditions;  ///< to be asked, but for the one it is reached by
    std::optional<std::uint32_t> reached_by;
    bool sure = true;  ///< the event alone decides
  };
  /// Predicates reached by `attribute = constant`.
  struct equal_to {
    value constant;
    std::vector<predicate_id> predicates;
  };
  struct equalities {
    attribute_id attribute{};
    std::unordered_map<std::uint64_t, std::vector<equal_to>> by_hash;
  };
  struct ranges {
    attribute_id attribute{};
    value_class kind = value_class::other;
    range_table table;
  };

  using fans = std::map<std::pair<attribute_id, value_class>, range_table>;
  void number_conditions(predicate& p);
  void reach(predicate_id id, const std::map<attribute_id, std::size_t>& constants,
             const fans& thresholds);
  void reach_by(predicate_id id, const language::atom& a);
  void reach_by_constant(predicate_id id, attribute_id attribute, const value& constant);
  template <class function>
  bool visit(const language::scope& s, index_scratch& scratch, const function& take) const;
  bool holds(const predicate& p, bool reached, const language::scope& s,
             index_scratch& scratch) const;

  std::vector<predicate> predicates_;
  std::vector<const language::conjunct*> conditions_;
  std::vector<predicate_id> always_;
  std::vector<equalities> equalities_;
  std::vector<ranges> ranges_;
  std::size_t entries_ = 0;
  // while it is built
  std::unordered_map<hash128, predicate_id> by_structure_;
  std::unordered_map<hash128, std::uint32_t> numbered_;
};

}  // namespace beckon::cep
