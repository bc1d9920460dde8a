// The rows of items as every door of a node sees them. What the log says decides; a door's own row
// is there at once, before the log has it, so that an event right behind a row on the same door
// sees it.
//
// While a door's row is on its way to the log, its item stays as the door made it; when the
// follower reads that row back (or one of the same door behind it), the item becomes what the log
// says. So all nodes that have read the log as far hold the same, whatever was sent twice or
// interleaved.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/access/item_table.hpp"
#include "engine/access/subjects.hpp"

namespace beckon::actors {

/// Thread-safe: doors read side by side.
class item_shelf {
 public:
  explicit item_shelf(std::shared_ptr<const catalogue> events)
      : events_(std::move(events)), table_(events_) {}

  /// A door as `apply` names it. Rows on their way of doors of this source that had another name
  /// are no longer waited for: they do not come, or their sender sends them again.
  std::uint32_t open(const std::string& source, const std::string& door) {
    const std::lock_guard hold(guard_);
    for (std::uint32_t i = 0; i < doors_.size(); ++i) {
      if (doors_[i].first != source) continue;
      if (doors_[i].second == door) return i;
      std::erase_if(on_their_way_, [&](const auto& row) { return row.second.door == i; });
    }
    doors_.emplace_back(source, door);
    return static_cast<std::uint32_t>(doors_.size() - 1);
  }

  /// A door's own `$item` row, on its way to the log at `position`.
  void apply(std::uint32_t door, std::uint64_t position, const event& row) {
    const entity_declaration& of = *events_->row_of(row.type);
    const hash128 key = key_of(of.name, subject_id_in(find_field(row.extra, of.id_attribute)));
    const std::lock_guard hold(guard_);
    table_.upsert(row);
    on_their_way_.insert_or_assign(key, position_of{door, position});
  }

  /// Sets what the event carries of the items it names; how many of them have no row. Of a type
  /// that carries nothing: one look at the catalogue.
  std::size_t attach(event& e) const {
    if (events_->attachments(e.type).empty()) return 0;
    const std::shared_lock hold(guard_);
    return table_.attach(e);
  }

  /// A row of the log: who put it there, and the whole row as it is now.
  struct logged_row {
    std::string_view kind;
    std::string_view id;
    std::uint64_t position = 0;
    const field_list* whole = nullptr;
  };
  /// Rows that the follower has read, of one door, in order.
  void logged(std::string_view source, std::string_view door, const std::vector<logged_row>& rows) {
    const std::lock_guard hold(guard_);
    for (const logged_row& r : rows) {
      if (!on_their_way_.empty() && !arrives(source, door, r)) continue;
      table_.replace(r.kind, r.id, *r.whole);
    }
  }

  /// A row of the snapshot.
  void load(std::string_view kind, std::string_view id, const field_list& whole) {
    const std::lock_guard hold(guard_);
    if (on_their_way_.empty() || !on_their_way_.contains(key_of(kind, id)))
      table_.replace(kind, id, whole);
  }

  /// The log has been read to its end once: what is missing is not known to anybody.
  bool complete() const noexcept { return complete_; }
  void completed() noexcept { complete_ = true; }

  std::size_t size() const {
    const std::shared_lock hold(guard_);
    return table_.size();
  }
  /// Rows that doors applied and the follower has not read back.
  std::size_t on_their_way() const {
    const std::shared_lock hold(guard_);
    return on_their_way_.size();
  }

 private:
  struct position_of {
    std::uint32_t door = 0;
    std::uint64_t position = 0;
  };

  /// False: a newer row of a door is on its way, which this one must not hide.
  bool arrives(std::string_view source, std::string_view door, const logged_row& r) {
    const auto own = on_their_way_.find(key_of(r.kind, r.id));
    if (own == on_their_way_.end()) return true;
    const auto& [its_source, its_name] = doors_[own->second.door];
    if (its_source != source || its_name != door || r.position < own->second.position) return false;
    on_their_way_.erase(own);
    return true;
  }

  std::atomic<bool> complete_{false};
  std::shared_ptr<const catalogue> events_;
  mutable std::shared_mutex guard_;
  item_table table_;
  std::vector<std::pair<std::string, std::string>> doors_;  // source, name
  std::unordered_map<hash128, position_of> on_their_way_;   // the newest of each item
};

}  // namespace beckon::actors
