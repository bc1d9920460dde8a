#include "adapters/allocator/allocator.hpp"

#ifdef BECKON_JEMALLOC

#include <cstdint>

#include <jemalloc/jemalloc.h>

// An arena per processor: what lies free in one is of no use to another.
extern "C" {
const char* malloc_conf =
    "percpu_arena:percpu,dirty_decay_ms:500,muzzy_decay_ms:0,background_thread:true";
}

namespace beckon::adapters {

std::size_t allocated_bytes() noexcept {
  std::uint64_t epoch = 1;
  std::size_t size = sizeof(epoch);
  ::mallctl("epoch", &epoch, &size, &epoch, size);  // figures as of now
  std::size_t bytes = 0;
  size = sizeof(bytes);
  return ::mallctl("stats.allocated", &bytes, &size, nullptr, 0) == 0 ? bytes : 0;
}

void give_memory_back() noexcept {
  static_assert(MALLCTL_ARENAS_ALL == 4096);
  ::mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);
}

}  // namespace beckon::adapters

#else

#include <malloc.h>

namespace beckon::adapters {

std::size_t allocated_bytes() noexcept {
  const auto heap = ::mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

void give_memory_back() noexcept {
  ::malloc_trim(0);
}

}  // namespace beckon::adapters

#endif
