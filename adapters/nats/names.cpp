#include "adapters/nats/names.hpp"

#include <algorithm>

namespace beckon::adapters {
namespace {

bool plain(char c) noexcept {
  const auto u = static_cast<unsigned char>(c);
  return u > 0x20 && u != 0x7f && c != '*' && c != '>';
}

}  // namespace

bool is_subject(std::string_view text) noexcept {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), plain);
}

bool is_stream_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > 255) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return plain(c) && c != '.' && c != '/' && c != '\\'; });
}

}  // namespace beckon::adapters
