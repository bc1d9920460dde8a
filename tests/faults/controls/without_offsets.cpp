// Linked into `beckon_without_offsets` in place of what says how far the queues were read: the
// commit record gets neither a queue's offset nor a door's position (either alone makes up for the
// other). `ld --wrap` leads the callers here.
#include "messages/codec/commit_writer.hpp"

namespace beckon::controls {

void lose_offset(codec::commit_writer*, const codec::source_offset&) asm(
    "__wrap__ZN6beckon5codec13commit_writer6offsetERKNS0_13source_offsetE");
void lose_door(codec::commit_writer*, const epoch::door_position&) asm(
    "__wrap__ZN6beckon5codec13commit_writer4doorERKNS_5epoch13door_positionE");

void lose_offset(codec::commit_writer*, const codec::source_offset&) {}
void lose_door(codec::commit_writer*, const epoch::door_position&) {}

}  // namespace beckon::controls
