#include "actors/source/nats_source.hpp"

#include <algorithm>

#include "actors/runtime/actor_base.hpp"
#include "engine/access/normalise.hpp"
#include "messages/codec/envelope.hpp"
#include "messages/codec/json.hpp"
#include "messages/codec/recorded_event.hpp"

namespace beckon::actors {
namespace {

constexpr auto retry_after = std::chrono::milliseconds(200);
constexpr std::uint32_t credit = 4096;
constexpr duration purge_interval{10'000};

/// Passes the captured stream's messages on to the source actor.
class captured_handler final : public port::queue_handler {
 public:
  captured_handler(source_actor to, port::health_board& board, std::string check)
      : to_(std::move(to)), board_(board), check_(std::move(check)) {}
  void messages(std::vector<port::stored_message> batch, std::uint64_t pending) override {
    caf::anon_send(to_, queue_messages{0, 0, std::move(batch), pending});
  }
  void empty(timestamp sent) override { caf::anon_send(to_, queue_empty{0, 0, sent}); }
  void mismatch(std::string why) override {
    board_.set(check_, false, "the captured stream changed: " + why);
  }
  void healthy(bool yes) override {
    board_.set(check_, yes, yes ? "" : "reading the captured stream is being restored");
  }

 private:
  source_actor to_;
  port::health_board& board_;
  std::string check_;
};

std::string door_name(const nats_source_parts& p) {
  return "reader/" + p.common.id + "/" + std::to_string(p.created_ns);
}

/// The highest low-water mark that this door's predecessors stored.
std::uint64_t stored_low_water(const nats_source_parts& p) {
  std::uint64_t highest = 0;
  for (const auto& stream : p.queue_streams) {
    const auto last = p.common.bus->last(stream);
    if (!last)
      throw std::runtime_error("cannot read the end of " + stream + ": " +
                               last.error().to_string());
    if (!*last) continue;
    const auto envelope = codec::decode_envelope((*last)->data);
    if (envelope && envelope->door == door_name(p))
      highest = std::max(highest, envelope->low_water);
  }
  return highest;
}

class reader_door {
 public:
  reader_door(source_actor::base* self, nats_source_parts parts)
      : self_(self),
        parts_(std::move(parts)),
        check_("source " + parts_.common.id),
        begun_after_(stored_low_water(parts_)),
        driver_(parts_.common, settings_of(parts_, begun_after_),
                caf::actor_cast<source_actor>(self)),
        handler_(caf::actor_cast<source_actor>(self), *parts_.common.around.board, check_) {
    driver_.inside().begin({"reader/" + parts_.common.id + "/"});
    driver_.flush();
  }
  ~reader_door() { reader_.reset(); }

  void answered(const publish_answer& a) {
    if (driver_.answered(a)) self_->delayed_send(self_, retry_after, retry_queues{});
    if (const auto losses = driver_.inside().losses(); losses > 0) {
      parts_.common.probes->losses.add(losses);
      throw std::runtime_error("the broker lost what it had stored: beginning behind it");
    }
    if (driver_.inside().accepting() && !reader_ && !draining_) start_reading();
    driver_.flush();
    grant();
    if (draining_ && driver_.inside().ended() && !std::exchange(drained_, true)) {
      parts_.common.drained({check_});
    }
  }

  void take(queue_messages& m) {
    if (draining_) return;
    for (auto& one : m.messages) take_one(one);
    handled_ += m.messages.size();
    driver_.flush();
    grant();
  }

  void retry() {
    driver_.inside().retry();
    driver_.flush();
  }

  void tick(timestamp now) {
    driver_.say_clock();
    purge(now);
  }

  /// A pull sent then found nothing: no earlier message is still unread.
  void read_to_end(timestamp sent) {
    if (granted_ > 0) driver_.inside().stamp(sent);
  }

  void drain() {
    draining_ = true;
    reader_.reset();
    driver_.inside().end();
    driver_.flush();
  }

 private:
  static door_settings settings_of(const nats_source_parts& p, std::uint64_t resume_after) {
    door_settings s;
    s.name = door_name(p);
    s.source = p.common.id;
    s.partitions = p.common.partitions;
    s.resume_after = resume_after;
    s.item_log = true;
    return s;
  }

  void start_reading() {
    const auto at = parts_.common.bus->get(parts_.stream, begun_after_);
    port::stream_offset after{parts_.created_ns, begun_after_, 0};
    if (at && *at)
      after.broker_time_ns = (*at)->broker_time_ns;
    else
      after = {};  // purged or never begun: from the first that is there
    auto reader = parts_.common.bus->read({parts_.stream, after, true, 256}, handler_);
    if (!reader)
      throw std::runtime_error("cannot read " + parts_.stream + ": " + reader.error().to_string());
    reader_ = std::move(*reader);
    reader_->grant(credit);
    granted_ = credit;
    parts_.common.around.board->set(check_, true);
  }

  void grant() {
    if (!reader_ || driver_.inside().full()) return;
    const auto free = credit - (granted_ - handled_);
    if (free == 0) return;
    granted_ += free;
    reader_->grant(static_cast<std::uint32_t>(free));
  }

  result<event> read(const port::stored_message& m, timestamp arrival) {
    auto raw = codec::read_published(m.data, json_);
    if (!raw) return raw.error();
    raw->source = parts_.common.id;
    return normalise(std::move(*raw), *parts_.common.events,
                     {arrival, parts_.common.max_future_skew, parts_.common.zone});
  }

  void take_one(const port::stored_message& m) {
    parts_.common.around.reach("source", parts_.common.id, "message");
    const auto arrival = driver_.inside().stamp(from_ms(m.broker_time_ns / 1'000'000));
    auto e = read(m, arrival);
    if (!e) {
      reject(m, e.error());
      must(driver_.inside().accept(m.sequence, arrival, {}));
      return;
    }
    e->arrival = arrival;
    e->client_id = !e->id.empty();
    if (e->id.empty()) e->id = std::to_string(parts_.created_ns) + "-" + std::to_string(m.sequence);
    parts_.common.probes->accepted.add();
    must(driver_.accept(m.sequence, *e));
  }

  static void must(const result<void>& r) {
    if (!r && r.error().code != errc::conflict)
      throw std::runtime_error("the door refused an event: " + r.error().to_string());
  }

  void reject(const port::stored_message& m, const error& why) {
    parts_.common.probes->rejected.add();
    field_list line{{"source", parts_.common.id},
                    {"sequence", static_cast<std::int64_t>(m.sequence)},
                    {"subject", m.subject},
                    {"pointer", why.where},
                    {"message", why.message},
                    {"data", m.data}};
    parts_.common.around.log->write(port::log_level::warning, check_, "a message is no event",
                                    line);
    parts_.common.bus->publish(
        parts_.common.prefix + ".rejected." + parts_.common.id, codec::to_json(line),
        "rejected-" + std::to_string(parts_.created_ns) + "-" + std::to_string(m.sequence),
        [](result<port::publish_ack>) {});
  }

  void purge(timestamp now) {
    if (now - purged_ < purge_interval || driver_.inside().low_water() <= 1) return;
    purged_ = now;
    const auto done = parts_.common.bus->purge_below(parts_.stream, driver_.inside().low_water());
    if (!done) {
      parts_.common.around.log->write(port::log_level::warning, check_,
                                      "cannot purge the captured stream",
                                      {{"error", done.error().to_string()}});
    }
  }

  source_actor::base* self_;
  nats_source_parts parts_;
  std::string check_;
  std::uint64_t begun_after_;
  door_driver driver_;
  captured_handler handler_;
  std::unique_ptr<port::queue_reader> reader_;
  codec::json_reader json_;
  std::uint64_t granted_ = 0, handled_ = 0;
  timestamp purged_ = beginning;
  bool draining_ = false;
  bool drained_ = false;
};

}  // namespace

source_actor::behavior_type nats_source(source_actor::base* self, caf::actor_addr parent,
                                        nats_source_parts parts) {
  install_defaults(self, parent);
  const auto door = std::make_shared<reader_door>(self, std::move(parts));
  return {
      [](accept_events& a) {
        a.done(error{errc::invalid, "this source takes no HTTP events", {}});
      },
      [door](queue_messages& m) { door->take(m); },
      [door](const queue_empty& m) { door->read_to_end(m.sent); },
      [door](const publish_answer& a) { door->answered(a); },
      [](linger_over) {},
      [door](retry_queues) { door->retry(); },
      [](const logged&) {},
      [](go_on) {},
      [](broker_changed) {},
      [door](const node_tick& t) { door->tick(t.now); },
      [door](const drain&) { door->drain(); },
  };
}

}  // namespace beckon::actors
