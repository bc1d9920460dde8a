#include "topology/backtest/profile_history.hpp"

#include <algorithm>

namespace beckon::topology {

void profile_history::feed(std::span<const concerned_subject> subjects, const event& e) {
  clock_ = std::max(clock_, e.time);
  if (e.type != type_profile_row) return;
  for (const concerned_subject& s : subjects) {
    std::vector<version>& known = versions_[key_of(s.who)];
    field_list fields = known.empty() ? field_list{} : known.back().fields;
    for (const field& f : e.extra) set_field(fields, f.name, f.content);
    known.push_back({clock_, std::move(fields)});
  }
}

const field_list& profile_history::at(const subject& who, timestamp t) const {
  static const field_list nothing;
  const auto known = versions_.find(key_of(who));
  if (known == versions_.end()) return nothing;
  const auto after = std::upper_bound(known->second.begin(), known->second.end(), t,
                                      [](timestamp x, const version& v) { return x < v.since; });
  return after == known->second.begin() ? nothing : std::prev(after)->fields;
}

}  // namespace beckon::topology
