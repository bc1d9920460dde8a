#include <algorithm>

#include "engine/cep/captured.hpp"
#include "engine/cep/packed_state.hpp"

namespace beckon::cep {
namespace {

constexpr std::uint8_t with_times = 1;
constexpr std::uint8_t with_values = 2;
constexpr std::uint8_t with_amounts = 4;
constexpr std::uint8_t with_kept = 8;
constexpr std::uint8_t with_totals = 16;

std::uint8_t columns_of(const counting& c) noexcept {
  const bool sums = c.how == language::quantity::sum;
  return static_cast<std::uint8_t>(
      (c.timed ? with_times : 0) |
      (c.how == language::quantity::different ? with_values : 0) |
      (sums && !c.running ? with_amounts : 0) | (c.kept.empty() ? 0 : with_kept) |
      (c.running ? with_totals : 0));
}

void write(byte_writer& out, decimal d) {
  out.zigzag(d.high());
  out.varint(d.low());
}

decimal read_decimal(byte_reader& in) {
  const std::int64_t high = in.zigzag();
  return decimal::from_halves(high, in.varint());
}

void write(byte_writer& out, const total& t) {
  out.varint(t.numbers);
  write(out, t.sum);
  for (const value* v : {&t.first, &t.last, &t.least, &t.greatest}) pack(out, *v);
}

total read_total(byte_reader& in) {
  total t;
  t.numbers = in.varint();
  t.sum = read_decimal(in);
  for (value* v : {&t.first, &t.last, &t.least, &t.greatest}) *v = unpack(in);
  return t;
}

/// Reads a tally as it was written, and then as the position wants it.
class tally_reader {
 public:
  tally_reader(byte_reader& in, timestamp clock) : in_(in), clock_(clock) {}

  tally read() {
    tally t;
    columns_ = in_.u8();
    if (columns_ > 2 * with_totals - 1) in_.fail();
    const bool rows = (columns_ & with_totals) == 0;
    t.count = rows ? in_.count() : in_.varint();
    if (has(with_kept)) read_ids();
    if (has(with_totals)) t.write().sum = read_decimal(in_);
    for (std::size_t i = 0; rows && i < t.count && in_.ok(); ++i) read_row(t);
    for (std::size_t i = 0; !rows && i < ids_.size() && in_.ok(); ++i)
      t.write().totals.push_back(read_total(in_));
    if (!std::is_sorted(t.times.begin(), t.times.end())) in_.fail();
    return t;
  }

  bool fits(const position& p, const tally& t) const {
    const counting& c = p.counts;
    const auto wanted = static_cast<std::uint8_t>(columns_of(c) & ~with_kept);
    if (!c.remembers || t.count == 0) return false;
    if (wanted != static_cast<std::uint8_t>(columns_ & ~with_kept)) return false;
    return c.running || t.count <= (c.how == language::quantity::sum ? most_summed : c.needs);
  }

  /// Columns the position does not keep go, those it keeps and were not there are NULL.
  tally rearranged(const position& p, tally t) const {
    const std::vector<std::uint32_t>& wanted = p.kept_ids;
    if (wanted == ids_) return t;
    const figures& had = t.read();
    std::vector<value> kept;
    std::vector<total> totals(had.totals.empty() ? 0 : wanted.size());
    if (p.counts.running) totals.resize(wanted.size());
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      const std::size_t at = index_of(wanted[w]);
      if (p.counts.running && at < had.totals.size()) totals[w] = had.totals[at];
    }
    for (std::size_t row = 0; !p.counts.running && row < t.count; ++row) {
      for (const std::uint32_t id : wanted) {
        const std::size_t at = index_of(id);
        kept.push_back(at < ids_.size() ? had.kept[row * ids_.size() + at] : value());
      }
    }
    t.write().kept = std::move(kept);
    t.write().totals = std::move(totals);
    return t;
  }

 private:
  bool has(std::uint8_t column) const noexcept { return (columns_ & column) != 0; }

  std::size_t index_of(std::uint32_t id) const {
    return static_cast<std::size_t>(std::find(ids_.begin(), ids_.end(), id) - ids_.begin());
  }

  void read_ids() {
    const std::size_t n = in_.count();
    for (std::size_t i = 0; i < n && in_.ok(); ++i) ids_.push_back(in_.u32());
    if (n == 0) in_.fail();
  }

  void read_row(tally& t) {
    if (has(with_times)) t.times.push_back(read_ago(in_, clock_));
    if (has(with_values)) t.values.push_back(in_.u64());
    if (has(with_amounts)) {
      const decimal amount = read_decimal(in_);
      t.write().amounts.push_back(amount);
      t.write().sum += amount;
    }
    for (std::size_t i = 0; i < ids_.size() && in_.ok(); ++i) t.write().kept.push_back(unpack(in_));
    if (columns_ == 0) in_.fail();  // rows of nothing are never written
  }

  byte_reader& in_;
  timestamp clock_;
  std::uint8_t columns_ = 0;
  std::vector<std::uint32_t> ids_;
};

}  // namespace

void write_ago(byte_writer& out, timestamp clock, timestamp t) {
  out.varint(static_cast<std::uint64_t>(to_ms(clock)) - static_cast<std::uint64_t>(to_ms(t)));
}

timestamp read_ago(byte_reader& in, timestamp clock) {
  const std::uint64_t ago = in.varint();
  const auto now = static_cast<std::uint64_t>(to_ms(clock));
  if (ago > now - static_cast<std::uint64_t>(to_ms(beginning))) in.fail();
  return in.ok() ? from_ms(static_cast<std::int64_t>(now - ago)) : timestamp{};
}

void write_tally(byte_writer& out, const position& p, const tally& t, timestamp clock) {
  const std::uint8_t columns = columns_of(p.counts);
  const figures& f = t.read();
  out.u8(columns);
  out.varint(t.count);
  if (!p.kept_ids.empty()) out.varint(p.kept_ids.size());
  for (const std::uint32_t id : p.kept_ids) out.u32(id);
  if (p.counts.running) {
    write(out, f.sum);
    for (const total& each : f.totals) write(out, each);
    return;
  }
  for (std::size_t i = 0; i < t.count; ++i) {
    if ((columns & with_times) != 0) write_ago(out, clock, t.times[i]);
    if ((columns & with_values) != 0) out.u64(t.values[i]);
    if ((columns & with_amounts) != 0) write(out, f.amounts[i]);
    for (std::size_t k = 0; k < p.kept_ids.size(); ++k)
      pack(out, f.kept[i * p.kept_ids.size() + k]);
  }
}

std::unique_ptr<tally> read_tally(byte_reader& in, const position* p, timestamp clock) {
  tally_reader reader(in, clock);
  tally t = reader.read();
  if (!in.ok() || p == nullptr || !reader.fits(*p, t)) return nullptr;
  return std::make_unique<tally>(reader.rearranged(*p, std::move(t)));
}

}  // namespace beckon::cep
