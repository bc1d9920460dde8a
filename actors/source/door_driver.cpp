#include "actors/source/door_driver.hpp"

#include <utility>

#include "engine/access/subjects.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/item_log.hpp"

namespace beckon::actors {

source_probes::source_probes(port::metrics& m, const std::string& source)
    : accepted(m.make_counter("beckon_ingest_accepted_total", "Events accepted, by source",
                              {{"source", source}})),
      rejected(m.make_counter("beckon_ingest_rejected_total", "Events rejected, by source",
                              {{"source", source}})),
      envelopes(m.make_counter("beckon_ingest_envelopes_total", "Envelopes stored by the broker",
                               {{"source", source}})),
      failures(m.make_counter("beckon_ingest_publish_failures_total",
                              "Publishes refused or unanswered, sent again", {{"source", source}})),
      item_misses(m.make_counter("beckon_item_misses_total",
                                 "Items without a row that events named, by source",
                                 {{"source", source}})),
      losses(m.make_counter("beckon_broker_losses_total",
                            "Queues that the broker lost stored events of, by source",
                            {{"source", source}})),
      unacked_bytes(m.make_gauge("beckon_ingest_unacked_bytes",
                                 "Accepted into the ingest log and not yet taken by the broker",
                                 {{"source", source}})) {}

door_driver::door_driver(const source_parts& parts, door_settings settings, source_actor owner,
                         std::uint32_t life)
    : parts_(parts),
      owner_(owner),
      out_({"source " + parts.id, parts.prefix, parts.bus, parts.around.log,
            &parts.probes->envelopes, &parts.probes->failures,
            [owner = std::move(owner)](publish_answer a) { caf::anon_send(owner, std::move(a)); },
            life},
           std::move(settings)),
      on_shelf_(parts.items->open(parts.id, inside().settings().name)) {}

result<void> door_driver::accept(std::uint64_t position, event& e, std::string_view encoded) {
  if (e.type != type_profile_row && parts_.events->row_of(e.type) != nullptr)
    return accept_row(position, e);
  const bool attaches = !parts_.events->attachments(e.type).empty();
  if (const auto misses = parts_.items->attach(e); misses > 0)
    parts_.probes->item_misses.add(misses);
  const auto shares = split_by_partition(queue_subjects(e, *parts_.events), parts_.partitions);
  std::vector<door_share> bodies;
  for (const auto& s : shares) {
    if (inside().is_stored(s.partition, position))
      bodies.push_back({s.partition, {}});
    else if (attaches || encoded.empty())
      bodies.push_back({s.partition, codec::encode_entry_body(s.subjects, e, *parts_.events)});
    else
      bodies.push_back({s.partition, codec::encode_entry_body(s.subjects, encoded)});
  }
  return inside().accept(position, e.arrival, bodies);
}

/// To the log, not to the queues; and for what comes right behind it, at once.
result<void> door_driver::accept_row(std::uint64_t position, const event& e) {
  door_share row{parts_.partitions, codec::encode_item_change(e, *parts_.events)};
  const bool stored = inside().is_stored(parts_.partitions, position);
  auto taken = inside().accept(position, e.arrival, {&row, 1});
  if (taken && !stored) parts_.items->apply(on_shelf_, position, e);
  return taken;
}

void door_driver::pump() {
  if (const auto wait = out_.pump(); wait && !std::exchange(lingering_, true))
    caf::delayed_anon_send(owner_, *wait, beckon::actors::linger_over{});
}

void door_driver::say_clock() {
  if (!inside().accepting()) return;
  const auto said =
      parts_.bus->publish_unstored(parts_.prefix + ".tick." + parts_.id,
                                   codec::encode_tick(inside().settings(), inside().tick()));
  if (said) return;
  parts_.probes->failures.add();
  parts_.around.log->write(port::log_level::warning, "source " + parts_.id,
                           "the door's clock could not be said",
                           {{"error", said.error().to_string()}});
}

}  // namespace beckon::actors
