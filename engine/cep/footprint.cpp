#include "engine/cep/footprint.hpp"

#include "engine/base/footprint.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

template <class T>
std::size_t pointed_to(const std::unique_ptr<T>& p) noexcept {
  return p ? sizeof(T) + allocation_bytes : 0;
}

std::size_t values_footprint(const std::vector<value>& values) noexcept {
  std::size_t sum = array_footprint(values);
  for (const auto& v : values) sum += beckon::footprint(v);
  return sum;
}

std::size_t tally_footprint(const std::unique_ptr<tally>& t) noexcept {
  if (!t) return 0;
  std::size_t sum = pointed_to(t) + array_footprint(t->times.capacity(), sizeof(timestamp)) +
                    array_footprint(t->values.capacity(), sizeof(std::uint64_t));
  if (!t->apart) return sum;
  const figures& f = *t->apart;
  sum += pointed_to(t->apart) + array_footprint(f.amounts) + values_footprint(f.kept) +
         array_footprint(f.totals);
  for (const auto& one : f.totals)
    sum += beckon::footprint(one.first) + beckon::footprint(one.last) +
           beckon::footprint(one.least) + beckon::footprint(one.greatest);
  return sum;
}

std::size_t seen_footprint(const std::unique_ptr<look_back_times>& seen) noexcept {
  return seen ? pointed_to(seen) + array_footprint(*seen) : 0;
}

std::size_t key_footprint(const key_state& k) noexcept {
  std::size_t sum = beckon::footprint(k.key) + array_footprint(k.runs) +
                    tally_footprint(k.entries) + seen_footprint(k.seen);
  for (const auto& r : k.runs) sum += beckon::footprint(r.captured) + tally_footprint(r.counted);
  return sum;
}

std::size_t rule_footprint(const rule_state& s) noexcept {
  std::size_t sum = seen_footprint(s.seen) + array_footprint(s.keys);
  if (s.limits) sum += pointed_to(s.limits) + array_footprint(s.limits->values);
  for (const auto& k : s.keys) sum += key_footprint(k);
  return sum;
}

}  // namespace

std::size_t footprint(const subject_state& s) noexcept {
  const auto& inside = s.inside();
  std::size_t sum = sizeof(inside) + allocation_bytes + array_footprint(inside.rules) +
                    array_footprint(inside.absent);
  for (const auto& one : inside.rules) sum += rule_footprint(one);
  for (const auto& one : inside.absent) sum += array_footprint(one.limits.values);
  return sum;
}

std::size_t footprint(const held_event& e) noexcept {
  std::size_t sum = beckon::footprint(e.what.id) + beckon::footprint(e.what.source) +
                    array_footprint(e.what.attributes) + beckon::footprint(e.what.extra) +
                    array_footprint(e.roles);
  for (const auto& a : e.what.attributes) sum += beckon::footprint(a.content);
  for (const auto& role : e.roles) sum += beckon::footprint(role);
  return sum;
}

}  // namespace beckon::cep
