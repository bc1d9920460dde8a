// Configuration files: YAML, read strictly, as settings trees that know where everything stood.
//
// A strict subset of YAML 1.2: one document of maps, lists and scalars in UTF-8. Refused, each with
// file:line:col: duplicate keys, anchors, aliases, merge keys, tags, keys that are no text, tabs
// before content, control characters, further documents, and what is too large or too deep. Scalars
// stay the text that was written (`012`, `no` and `1e3` are never converted); settings_reader
// decides what they mean.
//
// Threads: any. Errors: all that can be found in one pass are appended to `out`; the library's
// exceptions end here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/settings.hpp"

namespace beckon::adapters {

inline constexpr std::size_t yaml_most_bytes = 4 * 1024 * 1024;
inline constexpr int yaml_most_depth = 32;  ///< maps and lists inside each other
inline constexpr std::size_t yaml_most_nodes = 262'144;
inline constexpr std::size_t yaml_most_problems = 100;  ///< per file; reading stops there

/// The tree of `text`. `file` is the name that problems and nodes carry. An empty text is a null
/// node. With problems the tree holds what could be read (of duplicate keys the first), or is null
/// after a syntax error.
settings load_yaml(std::string_view text, const std::string& file, problems& out);

/// Reads the file at `path` first; one that cannot be read is a problem of line 0.
settings load_yaml_file(const std::string& path, problems& out);

}  // namespace beckon::adapters
