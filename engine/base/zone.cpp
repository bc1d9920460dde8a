#include "engine/base/zone.hpp"

#include <algorithm>

namespace beckon {
namespace {

constexpr std::size_t longest_name = 40;

bool looks_like_zone(std::string_view name) noexcept {
  const auto fits = [](char c) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    return letter || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
  };
  return !name.empty() && name.size() <= longest_name && name[0] != '/' && name != "localtime" &&
         std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

std::optional<absl::TimeZone> find_zone(std::string_view name) noexcept {
  absl::TimeZone zone;
  if (!looks_like_zone(name) ||
      !absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &zone)) {
    return std::nullopt;
  }
  return zone;
}

}  // namespace beckon
