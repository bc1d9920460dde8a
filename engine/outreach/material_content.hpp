// The fields of a material as a tree of templates: read from settings, hashed, rendered to JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/settings.hpp"
#include "engine/outreach/text_template.hpp"

namespace beckon::outreach {

/// One field's content. Immutable once read.
struct content_node {
  settings::shape what = settings::shape::scalar;
  std::string source = {};                                         ///< a scalar's text as written
  text_template text = {};                                         ///< the same, parsed
  std::vector<content_node> items = {};                            ///< a list's
  std::vector<std::pair<std::string, content_node>> members = {};  ///< a map's
  settings place = {};  ///< where a scalar stood, for later problems
};

/// Reads a material's map without `skipped_key`. Reports what is wrong; the tree must not be used
/// then.
content_node read_content(const settings& node, std::string_view skipped_key, problems& out);

/// A problem `offset` bytes into the scalar at `place`.
problem problem_in_text(const settings& place, std::string_view text, std::size_t offset,
                        std::string message, std::string hint = {});

/// Adds everything that a recipient could see a difference in.
void add_to_hash(hash_builder& hash, const content_node& node);

/// Appends the tree as JSON with its texts filled in; errors as `text_template::append_to`.
result<void> append_content(std::string& out, const content_node& node,
                            const text_template::lookup& find, std::size_t most_bytes);

}  // namespace beckon::outreach
