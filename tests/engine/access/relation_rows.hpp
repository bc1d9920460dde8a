// Rows of one side of a partition, as its store gives them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/access/relation_sweep.hpp"

namespace beckon::testing {

/// By key, read in pieces.
class stored_rows {
 public:
  void put(const relation_declaration& r, const related_change& c, relation_side side) {
    rows_[side == relation_side::owner ? relation_key(r, c) : membership_key(r, c)] =
        change_content(c.adds);
  }
  void erase(const std::string& key) { rows_.erase(key); }
  std::size_t size() const { return rows_.size(); }

  /// At most `most` behind `after` that begin with `prefix`, and whether they are the last.
  std::pair<std::vector<relation_row>, bool> read(const std::string& prefix,
                                                  const std::string& after,
                                                  std::size_t most) const {
    std::vector<relation_row> out;
    auto at = rows_.upper_bound(std::max(prefix, after));
    for (; at != rows_.end() && at->first.starts_with(prefix) && out.size() < most; ++at) {
      out.push_back(*at);
    }
    return {std::move(out), at == rows_.end() || !at->first.starts_with(prefix)};
  }

  /// Who is related to `id` at `when`, read in pieces.
  std::vector<std::string> related(const relation_declaration& r, const std::string& id,
                                   timestamp when, std::size_t most) const {
    std::vector<std::string> out;
    std::string after;
    while (true) {
      const auto [rows, whole] = read(side_prefix(r, id), after, most);
      auto some = related_at(rows, r, when, whole);
      out.insert(out.end(), some.ids.begin(), some.ids.end());
      if (whole) return out;
      after = std::move(some.after);
    }
  }

 private:
  std::map<std::string, std::string> rows_;
};

}  // namespace beckon::testing
