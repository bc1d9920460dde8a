#include "engine/cep/foresight.hpp"

#include <algorithm>
#include <cstdint>

#include "engine/cep/rule_index.hpp"
#include "engine/cep/state.hpp"

namespace beckon::cep {
namespace {

constexpr std::size_t most_fetched = 4096;  // bytes of one list

template <class T>
void fetch_object(const T& of) noexcept {
  fetch(&of, sizeof(T));
}

template <class List>
void fetch_list(const List& of) noexcept {
  fetch(of.data(), std::min(of.size() * sizeof(of[0]), most_fetched));
}

void fetch_keys(const rule_state& s) noexcept {
  fetch_list(s.keys);
  if (s.limits != nullptr) fetch_object(*s.limits);
  if (s.seen != nullptr) fetch_object(*s.seen);
}

void fetch_content(const rule_state& s, timestamp clock) noexcept {
  if (s.limits != nullptr && !s.limits->values.empty()) fetch_object(s.limits->values.back());
  for (const key_state& k : s.keys) {
    if (k.next > clock && s.keys.size() > 1) continue;
    fetch_list(k.runs);
    if (k.entries != nullptr) fetch_object(*k.entries);
    if (k.seen != nullptr) fetch_object(*k.seen);
  }
}

}  // namespace

void fetch(const void* at, std::size_t size) noexcept {
  constexpr std::uintptr_t line = 64;
  if (size == 0) return;
  asm volatile("");  // a compiler that sees no effect leaves calls of this function out
  constexpr std::uintptr_t kept_before = 16;
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  for (std::uintptr_t i = (address - kept_before) / line * line; i < address + size; i += line)
    __builtin_prefetch(reinterpret_cast<const void*>(i));
}

void fetch(const subject_state& state, std::size_t level, const foreseen& input) noexcept {
  const subject_state::implementation& s = state.inside();
  if (level == 0) return fetch_object(s);
  if (level == 1) return fetch_list(s.rules);
  if (s.rules.empty()) return;
  const interest_bits bits = s.bound->bits[static_cast<std::size_t>(input.type)];
  for (const rule_state& r : s.rules) {
    const bool concerned = (s.bound->prepared[r.rule].usual().types & bits) != 0;
    if (!concerned && r.next > input.clock) continue;
    level == 2 ? fetch_keys(r) : fetch_content(r, input.clock);
  }
}

}  // namespace beckon::cep
