// Ranges of one attribute between constants, and all of them that hold a value by one binary search
// each event. Built once, then only read: thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "engine/language/expression.hpp"

namespace beckon::cep {

/// Constants that compare with each other: numbers, times, durations, texts.
enum class value_class : std::uint8_t { number, time, span, text, other };
value_class class_of(const value& v) noexcept;

class range_table {
 public:
  /// `a` is a range; its bounds are of this table's class.
  void add(const language::atom& a, std::uint32_t item);
  /// After the last `add`, before the first look.
  void finish();

  /// Distinct constants; after finish.
  std::size_t constants() const noexcept { return constants_.size(); }

  /// visit(item, sure) for every range that holds `v`, until one gives true. True: one did. Not
  /// sure: `v` is not of the declared type but may compare all the same.
  template <class function>
  bool find(const value& v, const function& visit) const {
    if (ranges_.empty()) return false;
    if (const value_class found = class_of(v); found != class_) {
      const bool may_compare = (found == value_class::time && class_ == value_class::number) ||
                               (found == value_class::number && class_ == value_class::time);
      return may_compare && descend(1, 0, leaves_, ranges_.size(), 0,
                                    [&](std::uint32_t item) { return visit(item, false); });
    }
    const auto surely = [&](std::uint32_t item) { return visit(item, true); };
    const rank at = rank_of(v);
    if (at == no_rank) return false;
    const std::size_t end = begun_by(at);
    if (all_open_) {
      for (std::size_t i = 0; i < end; ++i) {
        if (surely(ranges_[i].item)) return true;
      }
      return false;
    }
    return descend(1, 0, leaves_, end, at, surely);
  }

 private:
  /// Of a value among n constants: 2i + 1 is constant i itself, 2i what lies before it.
  using rank = std::uint32_t;
  static constexpr rank no_rank = std::numeric_limits<rank>::max();  ///< NaN
  struct range {
    rank low = 0, high = no_rank - 1;  ///< both inclusive
    std::uint32_t item = 0;
  };

  rank rank_of(const value& v) const noexcept;
  std::size_t begun_by(rank at) const noexcept;

  /// Ranges [from, from + width) below a node of the tree of largest highs.
  template <class function>
  bool descend(std::size_t node, std::size_t from, std::size_t width, std::size_t end, rank at,
               const function& visit) const {
    if (from >= end || highest_[node] < at) return false;
    if (width == 1) return visit(ranges_[from].item);
    const std::size_t half = width / 2;
    return descend(2 * node, from, half, end, at, visit) ||
           descend(2 * node + 1, from + half, half, end, at, visit);
  }

  std::vector<std::pair<language::atom, std::uint32_t>> added_;  ///< until finish
  std::vector<value> constants_;                                 ///< ascending, each once
  std::vector<range> ranges_;                                    ///< by low
  std::vector<rank> highest_;                                    ///< a binary tree, its root at 1
  std::size_t leaves_ = 1;                                       ///< a power of two
  value_class class_ = value_class::other;
  bool all_open_ = true;  ///< no range ends
};

}  // namespace beckon::cep
