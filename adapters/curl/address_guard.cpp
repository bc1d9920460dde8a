#include "adapters/curl/address_guard.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include <netinet/in.h>

namespace beckon::adapters {
namespace {

using bytes16 = std::array<std::uint8_t, 16>;

struct block4 {
  std::uint32_t first;
  int bits;
};

constexpr std::uint32_t quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array<block4, 14> special4 = {{
    {quad(0, 0, 0, 0), 8},        // this network
    {quad(10, 0, 0, 0), 8},       // private
    {quad(100, 64, 0, 0), 10},    // shared, carrier-grade NAT
    {quad(127, 0, 0, 0), 8},      // loopback
    {quad(169, 254, 0, 0), 16},   // link-local, cloud metadata
    {quad(172, 16, 0, 0), 12},    // private
    {quad(192, 0, 0, 0), 24},     // protocol assignments
    {quad(192, 0, 2, 0), 24},     // documentation
    {quad(192, 88, 99, 0), 24},   // 6to4 relays
    {quad(192, 168, 0, 0), 16},   // private
    {quad(198, 18, 0, 0), 15},    // benchmarks
    {quad(198, 51, 100, 0), 24},  // documentation
    {quad(203, 0, 113, 0), 24},   // documentation
    {quad(224, 0, 0, 0), 3},      // multicast, reserved, broadcast
}};

bool is_public4(std::uint32_t address) {
  return std::none_of(special4.begin(), special4.end(), [&](const block4& block) {
    return (address ^ block.first) >> (32 - block.bits) == 0;
  });
}

bool begins_with(const bytes16& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

std::uint32_t quad_at(const bytes16& address, std::size_t at) {
  return quad(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

bool is_public6(const bytes16& address) {
  if (begins_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) ||     // mapped
      begins_with(address, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64
    return is_public4(quad_at(address, 12));
  }
  if (begins_with(address, {0x20, 0x02})) return is_public4(quad_at(address, 2));  // 6to4
  if ((address[0] & 0xE0) != 0x20) return false;  // only 2000::/3 is global unicast
  const bool protocol_assignments =
      begins_with(address, {0x20, 0x01}) && (address[2] & 0xFE) == 0;  // 2001::/23, Teredo too
  return !protocol_assignments && !begins_with(address, {0x20, 0x01, 0x0D, 0xB8}) &&
         !begins_with(address, {0x3F, 0xFF});
}

}  // namespace

bool is_public(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return is_public4(ntohl(four.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    bytes16 bytes;
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return is_public6(bytes);
  }
  return false;
}

}  // namespace beckon::adapters
