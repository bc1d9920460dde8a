#include "engine/base/subject.hpp"

#include <bit>

namespace beckon {

hash128 key_of(const subject& s) {
  return key_of(s.kind, s.id);
}

hash128 key_of(std::string_view kind, std::string_view id) {
  return hash_builder{}.text(kind).text(id).finish();
}

std::uint32_t partition_of(hash128 subject_key, std::uint32_t partitions) noexcept {
  if (partitions <= 1) return 0;
  return static_cast<std::uint32_t>(subject_key.high >> (64 - std::countr_zero(partitions)));
}

}  // namespace beckon
