#include "engine/cep/rule_index.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/base/hash.hpp"

namespace beckon::cep {
namespace {

constexpr std::uint64_t mix(std::uint64_t kind, std::uint64_t bits) noexcept {
  std::uint64_t h = bits * 0x9E3779B97F4A7C15U + kind;
  h ^= h >> 32;
  return h * 0xD6E8FEB86659FD93U;
}

std::uint64_t number_hash(double d) noexcept {
  return mix(1, std::bit_cast<std::uint64_t>(d == 0.0 ? 0.0 : d));
}

}  // namespace

std::optional<std::uint64_t> equality_hash(const value& v) noexcept {
  switch (v.type()) {
    case value_type::null:
    case value_type::list:
      return std::nullopt;
    case value_type::boolean:
      return mix(2, *v.as_boolean() ? 1 : 0);
    case value_type::integer:
      return number_hash(static_cast<double>(*v.as_integer()));
    case value_type::real:
      return number_hash(*v.as_real());
    case value_type::text:
      return hash_bytes(*v.as_text()).low;
    case value_type::span:
      return mix(3, static_cast<std::uint64_t>(v.as_span()->count()));
    case value_type::time:
      return number_hash(static_cast<double>(to_ms(*v.as_time())));
  }
  return std::nullopt;
}

void start_index::add(std::uint32_t rule, attribute_id attribute, std::uint64_t constant) {
  auto at = std::find_if(groups_.begin(), groups_.end(),
                         [attribute](const group& g) { return g.attribute == attribute; });
  if (at == groups_.end()) at = groups_.insert(groups_.end(), group{attribute, {}});
  at->rules[constant].push_back(rule);
}

const std::vector<std::uint32_t>* start_index::find(const group& g, const event& e) const noexcept {
  const value* v = e.find(g.attribute);
  if (v == nullptr) return nullptr;
  const auto hash = equality_hash(*v);
  if (!hash) return nullptr;
  const auto at = g.rules.find(*hash);
  return at == g.rules.end() ? nullptr : &at->second;
}

bool start_index::any(const event& e) const noexcept {
  return !always_.empty() || std::any_of(groups_.begin(), groups_.end(),
                                         [&](const group& g) { return find(g, e) != nullptr; });
}

void start_index::collect(const event& e, std::vector<std::uint32_t>& out) const {
  out.insert(out.end(), always_.begin(), always_.end());
  for (const group& g : groups_) {
    if (const auto* found = find(g, e)) out.insert(out.end(), found->begin(), found->end());
  }
}

}  // namespace beckon::cep
