#include "engine/epoch/door_table.hpp"

#include <algorithm>

namespace beckon::epoch {

std::size_t door_table::source_index(std::string_view name) {
  const auto found =
      std::find_if(sources_.begin(), sources_.end(), [&](const auto& s) { return s.name == name; });
  if (found == sources_.end()) {
    sources_.push_back({std::string(name)});
    return sources_.size() - 1;
  }
  return static_cast<std::size_t>(found - sources_.begin());
}

void door_table::add_source(const std::string& source, bool live, bool counts) {
  auto& s = sources_[source_index(source)];
  s.live = live && counts;
  s.counts = counts;
}

void door_table::remove_source(const std::string& source) {
  sources_[source_index(source)].removed = true;
  refresh();
}

door_table::handle door_table::open(std::string_view source, std::string_view door) {
  const auto key = std::pair{source_index(source), std::string(door)};
  const auto found = by_name_.find(key);
  if (found != by_name_.end()) return found->second;
  const auto h = static_cast<handle>(doors_.size());
  doors_.push_back(entry{key.first, key.second});
  doors_.back().skips = sources_[key.first].skips;
  by_name_.emplace(key, h);
  return h;
}

void door_table::begin(handle h, timestamp clock, const std::vector<std::string>& ends) {
  for (auto& other : doors_) {
    if (&other == &doors_[h] || other.source != doors_[h].source) continue;
    if (std::any_of(ends.begin(), ends.end(),
                    [&](const auto& p) { return other.door.starts_with(p); })) {
      other.ended = true;
      other.counted = false;
    }
  }
  doors_[h].ended = false;
  tick(h, clock);
  refresh();
}

void door_table::end(handle h, timestamp clock) {
  tick(h, clock);
  doors_[h].ended = true;
  doors_[h].counted = false;
  refresh();
}

void door_table::skip(std::string_view source) {
  const auto s = source_index(source);
  sources_[s].skips = true;  // doors that are not known yet, too
  for (auto& e : doors_) e.skips |= e.source == s;
}

void door_table::begins_behind(handle h, std::uint64_t after) noexcept {
  auto& e = doors_[h];
  if (e.skips) e.position = std::max(e.position, after);
  e.skips = false;
}

/// An entry that was taken before shows that nothing is missing in between.
admission door_table::admit(handle h, std::uint64_t after, std::uint64_t position) noexcept {
  auto& e = doors_[h];
  const bool gap = after > e.position && !e.skips;
  if (!gap) e.skips = false;
  if (position <= e.position) return admission::duplicate;
  return gap ? admission::gap : admission::take;
}

void door_table::taken(handle h, std::uint64_t position) noexcept {
  doors_[h].position = position;
}

timestamp door_table::tick(handle h, timestamp clock) {
  auto& e = doors_[h];
  if (!sources_[e.source].counts) return clock_;
  const bool counts = e.counted && !e.silent;
  if (counts && clock <= e.clock) return clock_;
  const bool was_least = !counts || e.clock <= clock_;
  e.clock = std::max(e.clock, clock);
  e.counted = !e.ended;
  e.silent = false;
  return was_least ? refresh() : clock_;
}

void door_table::queue_read_to_end(const std::string& source, timestamp sent) {
  auto& s = sources_[source_index(source)];
  if (sent <= s.read_to_end) return;
  s.read_to_end = sent;
  refresh();
}

void door_table::queue_is_back(const std::string& source, timestamp now) {
  const auto s = source_index(source);
  for (auto& e : doors_) {
    if (e.source == s) e.heard = std::max(e.heard, now);
  }
}

std::vector<std::string> door_table::drop_silent(timestamp silent_since) {
  std::vector<std::string> dropped;
  for (auto& e : doors_) {
    const auto& s = sources_[e.source];
    if (!e.counted || e.silent || e.heard >= silent_since || s.read_to_end < silent_since) continue;
    e.silent = true;
    dropped.push_back(e.door);
  }
  if (!dropped.empty()) refresh();
  return dropped;
}

void door_table::hear(handle h, timestamp now) noexcept {
  doors_[h].heard = std::max(doors_[h].heard, now);
}

timestamp door_table::refresh() {
  timestamp least = never;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const auto& s = sources_[i];
    if (s.removed) continue;
    bool counted = false;
    for (const auto& e : doors_) {
      if (!e.counted || e.silent || e.source != i) continue;
      counted = true;
      least = std::min(least, e.clock);
    }
    if (!counted && s.live) least = std::min(least, s.read_to_end);
  }
  if (least != never) clock_ = std::max(clock_, least);
  return clock_;
}

std::vector<door_position> door_table::positions() const {
  std::vector<door_position> rows;
  rows.reserve(doors_.size());
  for (const auto& e : doors_) {
    if (e.ended && e.door.find('@') != std::string::npos) continue;
    rows.push_back({sources_[e.source].name, e.door, e.position, e.clock, e.ended});
  }
  return rows;
}

void door_table::restore(const std::vector<door_position>& rows, timestamp clock, timestamp now) {
  for (const auto& row : rows) {
    auto& e = doors_[open(row.source, row.door)];
    e.position = row.position;
    e.clock = row.clock;
    e.ended = row.ended;
    e.heard = now;
    e.counted = !row.ended && row.clock != beginning;
  }
  clock_ = clock;
}

}  // namespace beckon::epoch
