#include "engine/cep/range_table.hpp"

#include <algorithm>
#include <bit>

#include "engine/language/expression_node.hpp"

namespace beckon::cep {
namespace {

bool is_below(const value& a, const value& b) noexcept {
  return language::compare(a, b) == std::partial_ordering::less;
}

bool is_level(const value& a, const value& b) noexcept {
  return language::compare(a, b) == std::partial_ordering::equivalent;
}

}  // namespace

value_class class_of(const value& v) noexcept {
  switch (v.type()) {
    case value_type::integer:
    case value_type::real:
      return value_class::number;
    case value_type::time:
      return value_class::time;
    case value_type::span:
      return value_class::span;
    case value_type::text:
      return value_class::text;
    default:
      return value_class::other;
  }
}

void range_table::add(const language::atom& a, std::uint32_t item) {
  class_ = class_of(a.low ? a.low->at : a.high->at);
  if (a.low) constants_.push_back(a.low->at);
  if (a.high) constants_.push_back(a.high->at);
  added_.emplace_back(a, item);
}

range_table::rank range_table::rank_of(const value& v) const noexcept {
  if (const double* real = v.as_real(); real != nullptr && *real != *real) return no_rank;
  const auto at = std::lower_bound(constants_.begin(), constants_.end(), v, is_below);
  const auto before = static_cast<rank>(2 * (at - constants_.begin()));
  return at != constants_.end() && is_level(*at, v) ? before + 1 : before;
}

void range_table::finish() {
  std::sort(constants_.begin(), constants_.end(), is_below);
  constants_.erase(std::unique(constants_.begin(), constants_.end(), is_level), constants_.end());
  for (const auto& [a, item] : added_) {
    range r;
    r.item = item;
    if (a.low) r.low = rank_of(a.low->at) + (a.low->inclusive ? 0 : 1);
    if (a.high) r.high = rank_of(a.high->at) - (a.high->inclusive ? 0 : 1);
    all_open_ &= !a.high;
    ranges_.push_back(r);
  }
  added_ = {};
  std::stable_sort(ranges_.begin(), ranges_.end(),
                   [](const range& a, const range& b) { return a.low < b.low; });
  leaves_ = std::bit_ceil(std::max<std::size_t>(ranges_.size(), 1));
  highest_.assign(2 * leaves_, 0);
  for (std::size_t i = 0; i < ranges_.size(); ++i) highest_[leaves_ + i] = ranges_[i].high;
  for (std::size_t i = leaves_; i-- > 1;)
    highest_[i] = std::max(highest_[2 * i], highest_[2 * i + 1]);
}

std::size_t range_table::begun_by(rank at) const noexcept {
  const auto end =
      std::upper_bound(ranges_.begin(), ranges_.end(), at,
                       [](rank wanted, const range& each) { return wanted < each.low; });
  return static_cast<std::size_t>(end - ranges_.begin());
}

}  // namespace beckon::cep
