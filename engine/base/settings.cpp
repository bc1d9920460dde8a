#include "engine/base/settings.hpp"

#include <algorithm>
#include <numeric>

namespace beckon {
namespace {

/// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const settings* settings::find(std::string_view key) const noexcept {
  const auto at =
      std::find_if(members.begin(), members.end(), [key](const member& m) { return m.key == key; });
  return at == members.end() ? nullptr : &at->content;
}

problem settings::at(std::string message, std::string hint) const {
  return problem{file, line, column, std::move(message), std::move(hint)};
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::size_t best = word.size() / 3 + 1;
  std::string found;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

}  // namespace beckon
