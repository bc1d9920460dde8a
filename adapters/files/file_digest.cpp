#include "adapters/files/file_digest.hpp"

#include <array>
#include <charconv>

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
  std::string id;
  set_import_id(id, to_hex(digest), row);
  return id;
}

void set_import_id(std::string& id, std::string_view digest, std::uint64_t row) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), row).ptr;
  id.assign(digest).append(1, ':').append(digits.data(), end);
}

}  // namespace beckon::adapters
