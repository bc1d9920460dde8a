#include "topology/node/ingest_gate.hpp"

#include <utility>

#include "engine/access/normalise.hpp"
#include "messages/codec/segment.hpp"

namespace beckon::topology {
namespace {

/// The client's answer: given by the door, or here when the door failed with the request in its
/// hands.
class pending_answer {
 public:
  pending_answer(port::ingest_done d, std::vector<port::ingest_verdict> v)
      : done_(std::move(d)), verdicts_(std::move(v)) {}
  pending_answer(const pending_answer&) = delete;
  pending_answer& operator=(const pending_answer&) = delete;
  ~pending_answer() {
    stored(error{errc::unavailable, "the source was restarted, send again", {}});
  }

  void stored(const result<void>& how) {
    const auto tell = std::exchange(done_, nullptr);
    if (!tell) return;
    if (how)
      tell(std::move(verdicts_));
    else
      tell(how.error());
  }

 private:
  port::ingest_done done_;
  std::vector<port::ingest_verdict> verdicts_;
};

}  // namespace

ingest_gate::ingest_gate(std::shared_ptr<const catalogue> events, std::string zone,
                         duration max_future_skew, std::map<std::string, door_options> http_sources,
                         std::shared_ptr<actors::door_book> doors, const port::clock& clock,
                         reject_keeper& rejects)
    : events_(std::move(events)),
      zone_(std::move(zone)),
      user_attribute_(events_->entity("user")->id_attribute),
      max_future_skew_(max_future_skew),
      sources_(std::move(http_sources)),
      doors_(std::move(doors)),
      clock_(clock),
      rejects_(rejects) {}

result<event> ingest_gate::make_event(field_list json, timestamp now) const {
  auto raw = codec::from_segment(std::move(json), "", user_attribute_);
  if (!raw) return raw.error();
  auto e = normalise(std::move(*raw), *events_, {now, max_future_skew_, zone_});
  if (e) e->client_id = !e->id.empty();
  return e;
}

void ingest_gate::submit(const std::string& source, std::vector<port::ingest_item> items,
                         port::ingest_done done) {
  const auto known = sources_.find(source);
  if (known == sources_.end()) {
    done(error{errc::not_found, "there is no HTTP source '" + source + "'", source});
    return;
  }
  const auto door = doors_->find(source);
  if (!door) {
    done(error{errc::unavailable, "the source is starting, send again", source});
    return;
  }
  const auto now = clock_.now();
  std::vector<port::ingest_verdict> verdicts;
  actors::accept_events accepted;
  for (auto& item : items) {
    auto e = make_event(std::move(item.json), now);
    if (e) {
      verdicts.push_back({true, {}, {}});
      accepted.events.push_back(std::move(*e));
    } else {
      verdicts.push_back({false, item.pointer + e.error().where, e.error().message});
      known->second.probes->rejected.add();
      rejects_.keep(source, item.text, item.type, e.error(), now);
    }
  }
  if (accepted.events.empty()) {
    done(std::move(verdicts));
    return;
  }
  const auto answer = std::make_shared<pending_answer>(std::move(done), std::move(verdicts));
  accepted.done = [answer](const result<void>& how) { answer->stored(how); };
  caf::anon_send(door, std::move(accepted));
}

}  // namespace beckon::topology
