#include "adapters/files/file_digest.hpp"

#include "adapters/files/byte_source.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace beckon::adapters {

result<hash128> digest_file(const std::filesystem::path& path) {
  auto file = byte_source::open(path);
  if (!file) return file.error();
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  for (;;) {
    const auto got = file->more();
    if (!got) return got.error();
    if (!*got) break;
    XXH3_128bits_update(&state, file->pending().data(), file->pending().size());
    file->drop(file->pending().size());
  }
  const XXH128_hash_t h = XXH3_128bits_digest(&state);
  return hash128{h.high64, h.low64};
}

std::string import_id(hash128 digest, std::uint64_t row) {
  return to_hex(digest) + ':' + std::to_string(row);
}

}  // namespace beckon::adapters
