// Relations: what entries change, and what is deleted or ended of what is stored. Who is related is
// read by others.
#include <algorithm>

#include "actors/partition/state.hpp"
#include "engine/access/subjects.hpp"
#include "messages/codec/envelope.hpp"

namespace beckon::actors {
namespace {

constexpr std::size_t most_written = 1'000;  ///< rows and ended pairs an epoch
constexpr duration margin{60'000};

v1::Row::Kind rows_of(relation_side side) {
  return side == relation_side::owner ? v1::Row::RELATION : v1::Row::MEMBERSHIP;
}

port::row_kind kind_of(relation_side side) {
  return side == relation_side::owner ? port::row_kind::relation : port::row_kind::membership;
}

}  // namespace

/// Both sides' rows, as far as they are ours.
void partition_state::relate(const event& e) {
  for (const related_change& c : changes_of(e, *plan_->events)) {
    const auto& r = plan_->events->relations()[c.relation];
    if (partition_of(key_of(r.owner_kind, c.owner), settings().partitions) == parts_.number) {
      record_->put(v1::Row::RELATION, relation_key(r, c), change_content(c.adds));
      parts_.probes
          ->of("beckon_relation_changes_total", "Changes of relations written, by relation",
               {{"relation", r.name}})
          .add();
      took_ = true;
    }
    if (partition_of(key_of(r.member_kind, c.member), settings().partitions) == parts_.number) {
      record_->put(v1::Row::MEMBERSHIP, membership_key(r, c), change_content(c.adds));
      if (c.adds) kept_relations_.added(r, c.member);
      took_ = true;
    }
  }
}

/// What was found since the last epoch.
void partition_state::take_kept_relations() {
  const bool room = derived_sequence_ - derived_stored_ < epoch::fan_out::most_unacked;
  if (!kept_relations_.has_writes() || !room) return;
  const auto found = kept_relations_.take(most_written);
  for (const auto& key : found.gone) record_->erase(rows_of(found.side), key);
  for (const auto& drop : found.beyond) end_relation(drop, found.side);
  took_ = true;
}

/// Beyond a cap: ended here, and on the other side's partition by an event.
void partition_state::end_relation(const relation_drop& drop, relation_side side) {
  const auto& events = *plan_->events;
  const auto* r = events.relation(drop.relation);
  if (r == nullptr) return;
  const bool of_owner = side == relation_side::owner;
  const related_change c{static_cast<std::size_t>(r - events.relations().data()), drop.member,
                         drop.owner, drop.at, false};
  record_->put(rows_of(side), of_owner ? relation_key(*r, c) : membership_key(*r, c),
               change_content(false));
  const concerned_subject other{
      of_owner ? subject{r->member_kind, c.member} : subject{r->owner_kind, c.owner}, {}};
  put_derived(partition_of(key_of(other.who), settings().partitions),
              codec::encode_entry_body({&other, 1}, removal_event(events, *r, c, now_), events));
  parts_.probes
      ->of("beckon_relation_dropped_total",
           "Pairs ended because a side had too many, by relation and that side",
           {{"relation", r->name}, {"side", of_owner ? "owner" : "member"}})
      .add();
}

/// Reads on, when it is time to.
void partition_state::keep_relations() {
  const auto events = parts_.peers.plans->current()->events;
  if (draining_ || !events || events->relations().empty()) return;
  auto next = kept_relations_.next_scan(events, now_);
  if (!next) return;
  scan(kind_of(next->side), std::move(next->prefix), std::move(next->after), next->most,
       [this](const std::vector<relation_row>& rows, bool whole) {
         const auto late =
             settings().late_limit + settings().out_of_order + settings().absence_grace + margin;
         const auto clock = doors_.clock();
         kept_relations_.scanned(
             rows, whole, {epoch::relations_asked_from(clock, oldest_open_job(), late), clock});
         if (kept_relations_.has_writes())
           try_epoch();
         else
           keep_relations();
       });
}

}  // namespace beckon::actors
