// How much memory values take beside themselves, in bytes, about: what their containers have
// reserved, and what an allocation costs. For bounds, not for books.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/value.hpp"

namespace beckon {

inline constexpr std::size_t allocation_bytes = 16;  ///< an allocation, beside its content

/// An array of `count` things of `size` bytes; none: nothing.
constexpr std::size_t array_footprint(std::size_t count, std::size_t size) noexcept {
  return count == 0 ? 0 : count * size + allocation_bytes;
}

/// The vector's own array, not what its elements point to.
template <class T>
std::size_t array_footprint(const std::vector<T>& v) noexcept {
  return array_footprint(v.capacity(), sizeof(T));
}

inline std::size_t footprint(const std::string& s) noexcept {
  static const std::size_t within = std::string().capacity();
  return s.capacity() <= within ? 0 : array_footprint(s.capacity() + 1, 1);
}

inline std::size_t footprint(const value& v) noexcept {
  if (const auto* text = v.as_text()) return footprint(*text);
  const auto* list = v.as_list();
  if (list == nullptr) return 0;
  std::size_t sum = sizeof(value_list) + 2 * allocation_bytes + array_footprint(*list);
  for (const auto& one : *list) sum += footprint(one);
  return sum;
}

inline std::size_t footprint(const field_list& fields) noexcept {
  std::size_t sum = array_footprint(fields);
  for (const auto& f : fields) sum += footprint(f.name) + footprint(f.content);
  return sum;
}

}  // namespace beckon
