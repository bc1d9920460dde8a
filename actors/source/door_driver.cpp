#include "actors/source/door_driver.hpp"

#include "engine/access/subjects.hpp"
#include "messages/codec/envelope.hpp"

namespace beckon::actors {

source_probes::source_probes(port::metrics& m, const std::string& source)
    : accepted(m.make_counter("beckon_ingest_accepted_total", "Events accepted, by source",
                              {{"source", source}})),
      rejected(m.make_counter("beckon_ingest_rejected_total", "Events rejected, by source",
                              {{"source", source}})),
      envelopes(m.make_counter("beckon_ingest_envelopes_total", "Envelopes stored by the broker",
                               {{"source", source}})),
      failures(m.make_counter("beckon_ingest_publish_failures_total",
                              "Publishes refused or unanswered, sent again",
                              {{"source", source}})) {}

door_driver::door_driver(const source_parts& parts, door_settings settings, source_actor owner)
    : parts_(parts),
      door_(std::move(settings)),
      owner_(std::move(owner)),
      subject_(parts.prefix + ".ev." + parts.id + ".") {}

result<void> door_driver::accept(std::uint64_t position, event& e) {
  const auto shares = split_by_partition(subjects_of(e, *parts_.events), parts_.partitions);
  std::vector<door_share> bodies;
  for (const auto& s : shares) {
    bodies.push_back({s.partition, codec::encode_entry_body(s.subjects, e, *parts_.events)});
  }
  return door_.accept(position, e.arrival, bodies);
}

bool door_driver::pump(bool flush) {
  while (auto envelope = door_.next(flush)) {
    const auto queue = envelope->queue;
    const auto id = envelope->id;
    parts_.bus->publish(subject_ + std::to_string(queue),
                        codec::encode_envelope(door_.settings(), *envelope), {},
                        [owner = owner_, queue, id](result<port::publish_ack> ack) {
                          publish_answer a{queue, id, 0, {}};
                          if (ack.ok())
                            a.sequence = ack->sequence;
                          else
                            a.failed = ack.error().to_string();
                          caf::anon_send(owner, std::move(a));
                        });
  }
  return door_.has_unsent();
}

bool door_driver::answered(const publish_answer& a) {
  if (a.sequence > 0) {
    parts_.probes->envelopes.add();
    door_.ack(a.queue, a.id, a.sequence);
    return false;
  }
  parts_.probes->failures.add();
  parts_.around.log->write(port::log_level::warning, "source " + parts_.id,
                           "a publish failed and is sent again",
                           {{"queue", std::int64_t{a.queue}}, {"error", a.failed}});
  door_.fail(a.queue, a.id);
  return door_.has_held();
}

void door_driver::say_clock() {
  if (!door_.accepting()) return;
  const auto said = parts_.bus->publish_unstored(
      parts_.prefix + ".tick." + parts_.id, codec::encode_tick(door_.settings(), door_.tick()));
  if (said) return;
  parts_.probes->failures.add();
  parts_.around.log->write(port::log_level::warning, "source " + parts_.id,
                           "the door's clock could not be said",
                           {{"error", said.error().to_string()}});
}

}  // namespace beckon::actors
