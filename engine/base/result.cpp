#include "engine/base/result.hpp"

#include <array>

namespace beckon {
namespace {

constexpr std::array<std::string_view, 8> names = {"invalid",     "not_found", "conflict",
                                                   "unavailable", "timeout",   "exhausted",
                                                   "corrupt",     "internal"};
static_assert(names.size() == static_cast<std::size_t>(errc::internal) + 1);

}  // namespace

std::string_view to_string(errc code) noexcept {
  return names[static_cast<std::size_t>(code)];
}

std::string error::to_string() const {
  return where.empty() ? message : where + ": " + message;
}

}  // namespace beckon
