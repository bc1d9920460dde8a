// What identifies a file by its content, whatever its name: part of the identity of imported rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/base/hash.hpp"
#include "engine/base/result.hpp"

namespace beckon::adapters {

/// XXH3-128 of the content, read once from start to end. Errors: not_found, unavailable.
result<hash128> digest_file(const std::filesystem::path& path);

/// The id of a row that brings none: "<digest>:<row>". With the source it is unique; never a hash
/// of the row.
std::string import_id(hash128 digest, std::uint64_t row);
/// The same into text whose room is used again. `digest`: in hex.
void set_import_id(std::string& id, std::string_view digest, std::uint64_t row);

}  // namespace beckon::adapters
