// Every actor's interface: which messages it takes. Answers are messages of their own (no blocking
// requests), so that work is counted by tokens and late answers are void by (incarnation, serial).
#pragma once

#include <caf/all.hpp>

#include "messages/actor/deciding.hpp"
#include "messages/actor/delivering.hpp"
#include "messages/actor/derived.hpp"
#include "messages/actor/judging.hpp"
#include "messages/actor/life.hpp"
#include "messages/actor/predicates.hpp"
#include "messages/actor/publishing.hpp"
#include "messages/actor/queues.hpp"
#include "messages/actor/redriving.hpp"
#include "messages/actor/storing.hpp"

namespace beckon::actors {

/// One subject's state and its rules' judgement. Child of its partition.
using session_actor =
    caf::typed_actor<caf::reacts_to<judge_request>,  // judge these inputs in order, answer with
                                                     // judge_answer
                     caf::reacts_to<close_epoch>>;   // the ledger after the epoch's decisions

/// Owns a slice of the subjects: take, judge, decide, commit, release.
using partition_actor = caf::typed_actor<
    caf::reacts_to<commit_done>,     // committer: barrier passed, or epoch durable
    caf::reacts_to<recover_done>,    // loader: what the last incarnation committed
    caf::reacts_to<load_done>,       // loader: rows of subjects without a session
    caf::reacts_to<scan_done>,       // loader: rows of relations
    caf::reacts_to<queue_messages>,  // reader: envelopes, contiguous
    caf::reacts_to<queue_empty>,     // reader: a queue was read to its end
    caf::reacts_to<queue_trouble>,   // reader: health, or an offset that does not fit
    caf::reacts_to<door_tick>,       // an idle door's clock
    caf::reacts_to<node_tick>,       // every 100 ms
    caf::reacts_to<judge_answer>,    // session: matches, state bytes, next wake-up
    caf::reacts_to<session_failed>,  // session: it threw and has ended
    caf::reacts_to<routed_batch>,    // rule: candidates for its matches
    caf::reacts_to<filter_batch>,    // last filter of a chain: who passed, who was refused and why
    caf::reacts_to<batch_dropped>,   // a rule or filter crashed with a batch
    caf::reacts_to<predicate_answer>,  // predicates: what somebody outside says of a decision
    caf::reacts_to<derived_stored>,    // derived door: how far everything is in its queue
    caf::reacts_to<entries_settled>,   // outbox: delivered, dead, to be tried again
    caf::reacts_to<tracked>,           // tracker: decision records published
    caf::reacts_to<redrive_request>,   // a person: give these dead letters again
    caf::reacts_to<drained>,           // outbox: while draining, nothing is in flight any more
    caf::reacts_to<drain>>;            // stop taking, finish, answer `drained` to the root

/// Offers committed deliveries to channels by credit, settles their results. Child of its
/// partition.
using outbox_actor =
    caf::typed_actor<caf::reacts_to<release_entries>,  // partition: committed entries and results
                     caf::reacts_to<attempt_done>,     // channel: an attempt ended
                     caf::reacts_to<attempt_dropped>,  // a channel actor crashed before the attempt
                                                       // began
                     caf::reacts_to<node_tick>,        // retries and expiries come due
                     caf::reacts_to<drain>>;  // offer nothing new; `drained` to the partition when
                                              // nothing is in flight

/// The door of what a partition tells others: puts committed entries on their queues "derived".
/// Child of its partition.
using derived_actor =
    caf::typed_actor<caf::reacts_to<derived_entries>,  // partition: committed, or found by it
                     caf::reacts_to<publish_answer>,   // bus: an envelope was stored or refused
                     caf::reacts_to<retry_queues>,     // its own
                     caf::reacts_to<node_tick>,        // say how far everything is stored
                     caf::reacts_to<drain>>;           // publish nothing more: the rows keep it

/// Supervisor of rule[id]; delegates by rule. Every item of a batch has the same rule.
using rules_actor =
    caf::typed_actor<caf::reacts_to<route_batch, partition_actor>,
                     caf::reacts_to<std::string, std::string>>;  // a rule failed while a session
                                                                 // judged it: its name, the
                                                                 // subject's id

/// Supervisor of filter[id]; hands a batch to the filter at its position, or back to the partition
/// at the end.
using filters_actor = caf::typed_actor<caf::reacts_to<filter_batch, partition_actor>>;

/// Asks outside, answers with predicate_answer.
using predicates_actor = caf::typed_actor<caf::reacts_to<predicate_ask, partition_actor>>;

/// Supervisor of channel[id]; delegates by the delivery's channel.
using channels_actor =
    caf::typed_actor<caf::reacts_to<attempt_request, outbox_actor>,
                     caf::reacts_to<std::string, attempts_committed>>;  // channel id, results to
                                                                        // forget

/// Supervisor of the writer, which makes all partitions' records durable in synced batches.
using committer_actor = caf::typed_actor<caf::reacts_to<commit_request, partition_actor>>;

/// Reads rows for sessions and partitions. Detached.
using loader_actor = caf::typed_actor<caf::reacts_to<load_request, partition_actor>,
                                      caf::reacts_to<scan_request, partition_actor>,
                                      caf::reacts_to<recover_request, partition_actor>>;

/// Publishes decision records, in order per partition.
using tracker_actor =
    caf::typed_actor<caf::reacts_to<track_batch, partition_actor>,
                     caf::reacts_to<std::uint32_t, std::string>,  // bus: the partition's front
                                                                  // batch was stored, or why not
                     caf::reacts_to<std::uint32_t>>;  // its own: try the partition's front batch
                                                      // again

}  // namespace beckon::actors
