#include "engine/access/relation_table.hpp"

#include <algorithm>

#include "engine/access/relation_log.hpp"

namespace beckon {

void relation_rows::add(const std::string& member, const std::string& owner, timestamp at) {
  latest_ = std::max(latest_, at);
  if (!note(member, owner, {at, true})) return;
  trim(members_[member], declared_.most_per_member, at, counts_.beyond_member, member, true);
  trim(owners_[owner].members, declared_.most_per_owner, at, counts_.beyond_owner, owner, false);
}

void relation_rows::remove(const std::string& member, const std::string& owner, timestamp at) {
  note(member, owner, {at, false});
}

/// True: it is the row's last change, so that what holds now is another.
bool relation_rows::note(const std::string& member, const std::string& owner, change c) {
  owned& of = owners_[owner];
  row& r = of.rows[member];
  const auto place = std::upper_bound(r.changes.begin(), r.changes.end(), c.at,
                                      [](timestamp t, const change& x) { return t < x.at; });
  if (place != r.changes.end()) {
    r.changes.insert(place, c);
    return false;
  }
  if (r.adds()) {
    of.members.erase({r.changes.back().at, r.arrival, member});
    members_[member].erase({r.changes.back().at, r.arrival, owner});
  }
  r.changes.push_back(c);
  r.arrival = ++arrivals_;
  if (!c.adds) return true;
  of.members.emplace(c.at, r.arrival, member);
  members_[member].emplace(c.at, r.arrival, owner);
  return true;
}

void relation_rows::trim(by_age& of, std::size_t most, timestamp at, std::uint64_t& dropped,
                         const std::string& self, bool self_is_member) {
  if (of.size() > most) forget_expired(of);
  while (of.size() > most) {
    const std::string other = std::get<2>(*of.begin());
    note(self_is_member ? self : other, self_is_member ? other : self, {at, false});
    ++dropped;
  }
}

void relation_rows::forget_expired(by_age& of) const {
  if (!declared_.ttl) return;
  while (!of.empty() && saturating_add(std::get<0>(*of.begin()), *declared_.ttl) <= latest_) {
    of.erase(of.begin());
  }
}

bool relation_rows::holds_at(const row& r, timestamp when) const {
  const auto after = std::upper_bound(r.changes.begin(), r.changes.end(), when,
                                      [](timestamp t, const change& x) { return t < x.at; });
  if (after == r.changes.begin()) return false;
  const change& last = *std::prev(after);
  return last.adds && (!declared_.ttl || when < saturating_add(last.at, *declared_.ttl));
}

std::vector<std::string> relation_rows::members_at(std::string_view owner, timestamp when,
                                                   std::string_view after, std::size_t most) const {
  std::vector<std::string> found;
  const auto of = owners_.find(std::string(owner));
  if (of == owners_.end()) return found;
  const auto& rows = of->second.rows;
  for (auto at = rows.upper_bound(after); at != rows.end() && found.size() < most; ++at) {
    if (holds_at(at->second, when)) found.push_back(at->first);
  }
  return found;
}

relation_table::relation_table(std::shared_ptr<const catalogue> events)
    : events_(std::move(events)) {
  for (const relation_declaration& r : events_->relations()) rows_.emplace_back(r);
}

void relation_table::apply(const event& e) {
  for (const related_change& c : changes_of(e, *events_)) {
    if (c.adds) {
      rows_[c.relation].add(c.member, c.owner, c.at);
    } else {
      rows_[c.relation].remove(c.member, c.owner, c.at);
    }
  }
}

const relation_rows* relation_table::rows(std::string_view relation) const noexcept {
  const auto& declared = events_->relations();
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (declared[i].name == relation) return &rows_[i];
  }
  return nullptr;
}

}  // namespace beckon
