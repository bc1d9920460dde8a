// Where the items of an ingest body begin and end, found without reading them: so that each is
// measured and parsed on its own, and a wrong one does not spoil the others.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace beckon::adapters {

struct item_text {
  std::string_view text;  ///< a view into the body
  std::string pointer;    ///< JSON pointer of the item in the body: "/batch/3" or "/3"
};

struct batch_text {
  std::vector<item_text> items;
  std::string
      rest;  ///< the body with its list of items replaced by null: what remains to be checked
};

/// Splits {"batch":[…], …} or […]. Brackets and quotes are matched, nothing else is checked.
/// Errors: invalid (no JSON; no list `batch`), exhausted (more than `most` items).
result<batch_text> split_batch(std::string_view body, std::size_t most);

}  // namespace beckon::adapters
