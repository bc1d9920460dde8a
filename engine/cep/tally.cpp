#include "engine/cep/tally.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "engine/base/hash.hpp"
#include "engine/cep/captured.hpp"
#include "engine/language/expression_node.hpp"

namespace beckon::cep {
namespace {

using language::quantity;
using language::taken;

std::uint64_t distinct_hash(const value& v) {
  std::string bytes;
  append_canonical(bytes, v);
  return hash_bytes(bytes).low;
}

template <class Column>
void erase_rows(Column& column, std::size_t at, std::size_t rows, std::size_t width) {
  if (column.empty()) return;
  const auto first = column.begin() + static_cast<std::ptrdiff_t>(at * width);
  column.erase(first, first + static_cast<std::ptrdiff_t>(rows * width));
}

void drop_rows(const counting& c, tally& t, std::size_t at, std::size_t rows) {
  if (rows == 0) return;
  erase_rows(t.times, at, rows, 1);
  erase_rows(t.values, at, rows, 1);
  t.count -= rows;
  if (t.apart == nullptr) return;
  figures& f = *t.apart;
  for (std::size_t i = at; i < at + rows && !f.amounts.empty(); ++i) f.sum -= f.amounts[i];
  erase_rows(f.amounts, at, rows, 1);
  erase_rows(f.kept, at, rows, c.kept.size());
}

bool is_less(const value& a, const value& b) noexcept {
  return language::compare(a, b) == std::partial_ordering::less;
}

void add_extreme(value& so_far, const value& v, bool least) {
  if (v.is_null()) return;
  if (so_far.is_null() || (least ? is_less(v, so_far) : is_less(so_far, v))) so_far = v;
}

void add_to(total& t, const value& v, bool first) {
  if (first) t.first = v;
  t.last = v;
  add_extreme(t.least, v, true);
  add_extreme(t.greatest, v, false);
  if (const auto number = decimal::of(v)) {
    t.sum += *number;
    ++t.numbers;
  }
}

total total_of(const counting& c, const tally& t, std::size_t kept) {
  const figures& f = t.read();
  if (c.running) return kept < f.totals.size() ? f.totals[kept] : total();
  total made;
  for (std::size_t i = kept; i < f.kept.size(); i += c.kept.size())
    add_to(made, f.kept[i], i == kept);
  return made;
}

value count_distinct(const counting& c, const tally& t, std::size_t kept) {
  const std::vector<value>& all = t.read().kept;
  std::set<std::string> seen;
  for (std::size_t i = kept; i < all.size(); i += c.kept.size()) {
    if (all[i].is_null()) continue;
    std::string bytes;
    append_canonical(bytes, all[i]);
    seen.insert(std::move(bytes));
  }
  return static_cast<std::int64_t>(seen.size());
}

value sum_of(const total& t, bool whole) {
  if (t.numbers == 0) return {};
  if (!whole) return t.sum.to_real();
  const auto exact = t.sum.to_integer();
  return exact ? value(*exact) : value();
}

value average_of(const total& t) {
  return t.numbers == 0 ? value() : value(t.sum.average(t.numbers));
}

}  // namespace

const figures& tally::read() const noexcept {
  static const figures none;
  return apart == nullptr ? none : *apart;
}

figures& tally::write() {
  if (apart == nullptr) apart = std::make_unique<figures>();
  return *apart;
}

bool is_countable(const counting& c, const event& e, const catalogue& events) {
  value scratch;
  if (c.how == quantity::different) return !look_at(e, c.different, events, scratch).is_null();
  return c.how != quantity::sum || decimal::of(look_at(e, c.summed, events, scratch)).has_value();
}

std::size_t add(const counting& c, tally& t, const event& e, timestamp at,
                const catalogue& events) {
  const bool first = t.count == 0;
  value scratch;
  if (c.how == quantity::different) {
    const std::uint64_t v = distinct_hash(look_at(e, c.different, events, scratch));
    const auto seen = std::find(t.values.begin(), t.values.end(), v);
    if (seen != t.values.end())
      drop_rows(c, t, static_cast<std::size_t>(seen - t.values.begin()), 1);
    t.values.push_back(v);
  }
  if (c.how == quantity::sum) {
    const decimal amount = decimal::of(look_at(e, c.summed, events, scratch)).value_or(decimal());
    t.write().sum += amount;
    if (!c.running) t.write().amounts.push_back(amount);
  }
  if (c.timed) t.times.push_back(at);
  for (std::size_t i = 0; i < c.kept.size(); ++i) {
    value v = attribute_of(e, c.kept[i], events);
    figures& f = t.write();
    if (c.running) {
      f.totals.resize(c.kept.size());
      add_to(f.totals[i], v, first);
    } else {
      f.kept.push_back(std::move(v));
    }
  }
  ++t.count;
  if (c.running) return 0;
  const std::size_t most = c.how == quantity::sum ? most_summed : c.needs;
  if (t.count <= most) return 0;
  const std::size_t dropped = t.count - most;
  drop_rows(c, t, 0, dropped);
  return c.how == quantity::sum ? dropped : 0;
}

void drop_until(const counting& c, tally& t, timestamp until) {
  const auto kept = std::upper_bound(t.times.begin(), t.times.end(), until);
  drop_rows(c, t, 0, static_cast<std::size_t>(kept - t.times.begin()));
}

bool is_reached(const counting& c, const tally& t) noexcept {
  if (c.how != quantity::sum) return t.count >= c.needs;
  const decimal sum = t.read().sum;
  return c.above ? sum > c.threshold : sum >= c.threshold;
}

bool also_holds(const counting& c, const tally& t) noexcept {
  if (!c.also) return true;
  const auto at = std::find(c.kept.begin(), c.kept.end(), c.also->attribute);
  const auto kept = static_cast<std::size_t>(at - c.kept.begin());
  const value v = aggregate(c, t, c.also->how, kept, false);
  return language::compare(v, c.also->op, c.also->number) == language::truth::yes;
}

timestamp start_of(const counting& c, const tally& t, timestamp now) noexcept {
  if (t.times.empty()) return now;
  if (c.how != quantity::sum) return t.times.front();
  decimal so_far;
  for (std::size_t i = t.times.size(); i-- > 0;) {
    so_far += t.read().amounts[i];
    if (c.above ? so_far > c.threshold : so_far >= c.threshold) return t.times[i];
  }
  return t.times.front();
}

value aggregate(const counting& c, const tally& t, taken what, std::size_t kept, bool whole) {
  switch (what) {
    case taken::count:
      return static_cast<std::int64_t>(t.count);
    case taken::distinct:
      return count_distinct(c, t, kept);
    case taken::first:
      return total_of(c, t, kept).first;
    case taken::last:
      return total_of(c, t, kept).last;
    case taken::sum:
      return sum_of(total_of(c, t, kept), whole);
    case taken::avg:
      return average_of(total_of(c, t, kept));
    case taken::min:
      return total_of(c, t, kept).least;
    case taken::max:
      return total_of(c, t, kept).greatest;
    default:
      return {};
  }
}

}  // namespace beckon::cep
