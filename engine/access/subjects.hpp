// Whom an event concerns, and on which queues it therefore goes. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/event.hpp"

namespace beckon {

/// The distinct subjects of an event in the catalogue's order, each with every role that names it.
/// Integer ids are written in decimal; a role that is missing or an empty text names nobody. A
/// row of an entity's table (`$user`, `$item`) concerns that entity.
std::vector<concerned_subject> subjects_of(const event& e, const catalogue& catalogue);
/// The same into a list whose room is used again.
void find_subjects(const event& e, const catalogue& catalogue,
                   std::vector<concerned_subject>& into);

/// On whose queues an event goes: whom it concerns and, without a role, who is only named by what
/// it changes in a relation: their partitions keep the rows, no rule of theirs judges it.
std::vector<concerned_subject> queue_subjects(const event& e, const catalogue& catalogue);

/// The id that an attribute's content gives; empty: nobody. Null is no content.
std::string subject_id_in(const value* content);

/// The part of an event that goes on one partition's queue.
struct partition_share {
  std::uint32_t partition = 0;
  std::vector<concerned_subject> subjects;  ///< of this partition only, never empty
};

/// The subjects by partition, partitions ascending, order within one kept. `partitions` is a power
/// of two.
std::vector<partition_share> split_by_partition(std::vector<concerned_subject> subjects,
                                                std::uint32_t partitions);

}  // namespace beckon
