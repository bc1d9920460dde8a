// Whom a rule watches: a user today; other declared entities later. (kind, id) names one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/hash.hpp"

namespace beckon {

/// A user or another declared entity. `id` is the attribute's text (integers in decimal).
struct subject {
  std::string kind = "user";
  std::string id;
  friend auto operator<=>(const subject&, const subject&) = default;
};

/// The subject's identity as a hash: key of directories and rows.
hash128 key_of(const subject& s);
hash128 key_of(std::string_view kind, std::string_view id);

/// The subject's partition: the top bits of its hash. `partitions` is a power of two, 1 to 4096.
std::uint32_t partition_of(hash128 subject_key, std::uint32_t partitions) noexcept;

}  // namespace beckon
