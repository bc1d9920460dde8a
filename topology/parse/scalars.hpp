// Scalars of beckon.yaml that need a bound or a shape of their own: durations within bounds, sizes,
// names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/settings.hpp"

namespace beckon::topology {

/// One map that is being read, with what its readers need together.
struct section {
  const settings& node;
  settings_reader& reader;
  problems& out;
};

/// A duration from `least` to `most`.
duration read_span(const section& s, std::string_view key, duration fallback, duration least,
                   duration most);

/// A number of bytes: "4096" or "64 MiB" (KiB, MiB, GiB, TiB).
std::uint64_t read_size(const section& s, std::string_view key, std::uint64_t fallback,
                        std::uint64_t least, std::uint64_t most);

/// A whole number that fits 32 bits.
std::uint32_t read_count(const section& s, std::string_view key, std::uint32_t fallback,
                         std::uint32_t least, std::uint32_t most);

/// Letters, digits, '_' and '-', 1 to 64 of them: what may stand in subjects, stream names and file
/// names.
bool is_plain_name(std::string_view text) noexcept;

/// A plain name; reported where it is not.
std::string read_name(const section& s, std::string_view key, std::string fallback);

/// A plain name that must be there.
std::string read_name(const section& s, std::string_view key);

}  // namespace beckon::topology
