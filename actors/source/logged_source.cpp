#include "actors/source/logged_source.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <random>

#include "actors/runtime/actor_base.hpp"
#include "actors/source/door_log.hpp"
#include "actors/source/logged_start.hpp"
#include "actors/source/waiting_request.hpp"

namespace beckon::actors {
namespace {

constexpr auto resend_after = std::chrono::milliseconds(200);
constexpr duration refused_for{1'000};  // then it is said, and the streams are looked at
constexpr auto look_again_after = std::chrono::milliseconds(250);
constexpr std::size_t most_waiting = std::size_t{64} << 20;    // bytes the disk has not taken
constexpr std::size_t room_for_items = std::size_t{64} << 10;  // what is attached to an event

class logged_door {
 public:
  logged_door(source_actor::base* self, logged_source_parts parts)
      : self_(self),
        parts_(std::move(parts)),
        name_("http/" + parts_.common.node),
        log_(*parts_.log, name_ + "/" + parts_.common.id, parts_.common.events),
        check_("source " + parts_.common.id),
        created_ns_(parts_.streams.size(), 0),
        random_(std::random_device{}()) {
    logged_to_ = log_.last();
    position_ = log_.counter(parts_.common.around.clock->now());
    arrival_ = log_.arrival_at(logged_to_).value_or(beginning);
    look();
  }
  ~logged_door() { parts_.common.probes->unacked_bytes.add(-gauged_); }

  void accept(accept_events& a) {
    parts_.common.around.reach("source", parts_.common.id, "accept");
    if (auto why = refusal()) return a.done(std::move(*why));
    arrival_ = std::max(arrival_, parts_.common.around.clock->now());
    waiting_request w;
    std::vector<port::logged_event> entries;
    for (auto& e : a.events) {
      complete(e);
      auto bytes = codec::encode_event(e, *parts_.common.events);
      if (bytes.size() + room_for_items > door_settings{}.envelope_bytes)
        return a.done(too_large(bytes.size(), parts_.common.id));
      w.count(bytes.size() + door_log::overhead);
      entries.push_back({0, bytes});
      if (!backlog_) w.events.emplace_back(std::move(e), std::move(bytes));
    }
    w.first = position_ + 1;
    for (auto& entry : entries) entry.position = ++position_;
    w.last = position_;
    w.serial = ++last_serial_;
    w.arrival = arrival_;
    w.done = std::move(a.done);
    waiting_bytes_ += w.bytes;
    waiting_.push_back(std::move(w));
    parts_.log->append(
        log_.name(), std::move(entries),
        [me = caf::actor_cast<source_actor>(self_),
         serial = last_serial_](const result<void>& how) {
          caf::anon_send(
              me, beckon::actors::logged{serial, how ? std::nullopt : std::optional(how.error())});
        });
  }

  /// In the order of the requests.
  void logged(const beckon::actors::logged& l) {
    if (waiting_.empty() || waiting_.front().serial != l.serial)
      throw std::runtime_error("the ingest log answers out of order");
    auto w = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= w.bytes;
    if (l.failed) {
      warn("the ingest log did not take events", *l.failed);
      if (l.failed->code == errc::internal && !std::exchange(broken_, true))
        parts_.escalate({check_, l.failed->to_string()});
      w.answer(
          error{errc::unavailable, "the ingest log did not take it, send again", parts_.common.id});
    } else {
      logged_to_ = w.last;
      for (std::size_t i = 0; i < w.sizes.size(); ++i) unacked_.add(w.first + i, w.sizes[i]);
      parts_.common.probes->accepted.add(w.sizes.size());
      w.answer({});
      hand_over(w);
      pump();
    }
    finish_drain();
  }

  void answered(const publish_answer& a) {
    if (!driver_ || a.life != life_) return;
    if (driver_->answered(a)) self_->delayed_send(self_, resend_after, retry_queues{});
    if (a.failed.empty())
      refused_.erase(a.queue);
    else
      refused_.try_emplace(a.queue, parts_.common.around.clock->now());
    if (driver_->inside().losses() > 0) return look();
    unacked_.acked(driver_->inside().low_water());
    read_on();
    pump();
    finish_drain();
  }

  void linger_over() {
    if (driver_) driver_->lingered();
    pump();
  }

  void retry() {
    if (driver_) driver_->inside().retry();
    flush();
  }

  void go_on() {
    going_on_ = false;
    if (look_again_) return look();
    read_on();
    pump();
  }

  void tick(timestamp now) {
    if (driver_) {
      if (!backlog_) driver_->inside().stamp(oldest_to_come(now));
      if (parts_.common.bus->connected() && is_known_broker()) driver_->say_clock();
      read_on();
      flush();
    }
    say_readiness();
    const auto bytes = static_cast<std::int64_t>(unacked_.bytes());
    parts_.common.probes->unacked_bytes.add(bytes - gauged_);
    gauged_ = bytes;
    finish_drain();
  }

  void drain() {
    draining_ = true;
    finish_drain();
  }

  /// What the queues hold, and from there on. Answers to the door that was are void.
  void look() {
    look_again_ = true;
    if (!parts_.common.bus->connected()) return soon(look_again_after);
    const auto reconnects = parts_.common.bus->reconnects();
    const auto found =
        find_start(*parts_.common.bus, parts_.streams, name_, known(), logged_to_ > 0);
    if (!found) {
      warn("cannot find out what the broker holds, trying again", found.error());
      return soon(look_again_after);
    }
    look_again_ = false;
    looked_ = true;
    reconnects_ = reconnects;
    created_ns_ = found->created_ns;
    position_ = std::max(position_, found->last);
    note_loss(*found);
    begin(*found);
  }

 private:
  std::optional<error> refusal() const {
    if (broken_ || draining_ || (!looked_ && logged_to_ == 0))
      return error{errc::unavailable, "the source is not ready", parts_.common.id};
    if (unacked_.bytes() + waiting_bytes_ >= parts_.most_unacked)
      return error{errc::exhausted, "the ingest log is full of what the broker has not taken",
                   parts_.common.id};
    if (waiting_bytes_ >= most_waiting)
      return error{errc::exhausted, "the disk does not keep up", parts_.common.id};
    return std::nullopt;
  }

  void complete(event& e) {
    if (e.time == e.arrival) e.time = arrival_;  // the client gave none: on arrival
    e.arrival = arrival_;
    e.source = parts_.common.id;
    if (e.id.empty()) e.id = to_hex({random_(), random_()});
  }

  /// Without a backlog, no event that the door inside will be given arrived earlier.
  timestamp oldest_to_come(timestamp now) {
    if (!waiting_.empty()) return waiting_.front().arrival;
    return arrival_ = std::max(arrival_, now);
  }

  std::vector<known_queue> known() const {
    std::vector<known_queue> all;
    if (!driver_) return all;
    for (std::uint32_t q = 0; q < parts_.streams.size(); ++q) {
      const auto end = driver_->inside().end_of(q);
      all.push_back({created_ns_[q], end.position, end.sequence});
    }
    return all;
  }

  void note_loss(const logged_start& found) {
    if (found.lost.empty()) return;
    parts_.common.probes->losses.add(found.lost.size());
    for (const auto& queue : found.lost) {
      parts_.common.around.log->write(
          port::log_level::error, check_,
          "the broker lost what it had stored: what the ingest log has is published again",
          {{"queue", queue}});
    }
    repairing_ = true;
    repaired_at_.reset();
  }

  void begin(const logged_start& found) {
    door_settings s;
    s.name = name_;
    s.source = parts_.common.id;
    s.partitions = parts_.common.partitions;
    s.item_log = true;
    s.resume_after = found.from;
    s.stored = found.stored;
    unacked_ = {};
    s.start = log_.measure(found.from, logged_to_, unacked_)
                  .value_or(oldest_to_come(parts_.common.around.clock->now()));
    driver_ = std::make_unique<door_driver>(parts_.common, std::move(s),
                                            caf::actor_cast<source_actor>(self_), ++life_);
    ended_ = false;
    refused_.clear();
    driver_->inside().begin({name_ + "@"});
    fed_to_ = found.from;
    backlog_ = true;
    flush();
    say_readiness();
  }

  bool is_known_broker() const {
    return parts_.common.bus->reconnects() == reconnects_ && !look_again_;
  }

  /// Directly while nothing older waits in the log.
  void hand_over(waiting_request& w) {
    const bool direct = !backlog_ && driver_ && driver_->inside().accepting() && !w.events.empty();
    if (!direct) {
      backlog_ = true;
      return read_on();
    }
    for (std::size_t i = 0; i < w.events.size() && !backlog_; ++i) {
      backlog_ = driver_->inside().full();
      if (!backlog_) give(w.first + i, w.events[i].first, w.events[i].second);
    }
  }

  void give(std::uint64_t position, event& e, std::string_view bytes) {
    e.arrival = driver_->inside().stamp(e.arrival);
    auto taken = driver_->accept(position, e, bytes);
    if (!taken && taken.error().code == errc::exhausted) {  // with its items beyond an envelope
      warn("an event is too large for the queues and is left out", taken.error());
      parts_.common.probes->rejected.add();
      taken = driver_->inside().accept(position, e.arrival, {});
    }
    if (!taken) throw std::runtime_error("the door refused an event: " + taken.error().to_string());
    fed_to_ = position;
  }

  /// The next piece of the backlog, while there is room for it.
  void read_on() {
    if (!backlog_ || !driver_ || draining_ || !driver_->inside().accepting() ||
        driver_->inside().full())
      return;
    const auto piece = log_.next(fed_to_, logged_to_);
    if (!piece) return warn("cannot read the ingest log, trying again", piece.error());
    for (const auto& [position, content] : *piece) {
      if (driver_->inside().full()) break;
      give_logged(position, content);
    }
    if (!piece->empty() && fed_to_ < logged_to_) return soon({});
    backlog_ = false;
    fed_to_ = logged_to_;
    if (repairing_ && !repaired_at_) repaired_at_ = driver_->inside().last_position();
    unacked_.acked(driver_->inside().low_water());
  }

  void give_logged(std::uint64_t position, const std::string& bytes) {
    auto e = codec::decode_event(bytes, *parts_.common.events);
    if (e) return give(position, *e, bytes);
    warn("an event of the ingest log cannot be read and is left out", e.error());
    parts_.common.probes->rejected.add();
    const auto arrival = driver_->inside().stamp(beginning);
    if (auto taken = driver_->inside().accept(position, arrival, {}); !taken)
      throw std::runtime_error("the door refused an event: " + taken.error().to_string());
    fed_to_ = position;
  }

  void pump() {
    if (may_publish()) driver_->pump();
  }

  void flush() {
    if (may_publish()) driver_->flush();
  }

  /// Nothing on a connection whose broker was not looked into.
  bool may_publish() {
    if (!driver_) return false;
    if (!is_known_broker() && !std::exchange(look_again_, true)) soon({});
    return is_known_broker();
  }

  void soon(std::chrono::milliseconds wait) {
    if (!std::exchange(going_on_, true)) self_->delayed_send(self_, wait, beckon::actors::go_on{});
  }

  /// What the log holds is safe: without a broker a drain does not wait for it.
  void finish_drain() {
    if (!draining_ || drained_ || !waiting_.empty()) return;
    const bool reachable = driver_ && parts_.common.bus->connected();
    if (reachable && !std::exchange(ended_, true)) {
      driver_->inside().end();
      flush();
    }
    if (reachable && !driver_->inside().ended()) return;
    drained_ = true;
    parts_.common.drained({check_});
  }

  void say_readiness() {
    const bool open = driver_ && driver_->inside().accepting();
    if (repairing_ && repaired_at_ && open && driver_->inside().low_water() >= *repaired_at_) {
      repairing_ = false;
      parts_.common.around.log->write(port::log_level::info, check_,
                                      "what the broker had lost is stored again");
    }
    const auto long_ago = parts_.common.around.clock->now() - refused_for;
    const bool refused = std::any_of(refused_.begin(), refused_.end(),
                                     [&](const auto& r) { return r.second < long_ago; });
    const char* why = repairing_ ? "the broker lost what it had stored: publishing it again"
                      : !open    ? "its begin messages are not stored yet"
                      : refused  ? "the broker does not take what is published"
                                 : "";
    parts_.common.around.board->set(check_, *why == '\0', why);
  }

  void warn(const char* what, const error& why) const {
    parts_.common.around.log->write(port::log_level::warning, check_, what,
                                    {{"error", why.to_string()}});
  }

  source_actor::base* self_;
  logged_source_parts parts_;
  std::string name_;  // of the door
  door_log log_;      // its part: the log is that of all sources of the node
  std::string check_;
  std::unique_ptr<door_driver> driver_;
  std::uint32_t life_ = 0;  // of the driver
  std::vector<std::int64_t> created_ns_;
  std::uint64_t reconnects_ = 0;
  std::mt19937_64 random_;

  std::deque<waiting_request> waiting_;
  std::uint64_t waiting_bytes_ = 0;
  std::uint64_t last_serial_ = 0;
  std::uint64_t position_ = 0;   // the last given
  std::uint64_t logged_to_ = 0;  // the last that the log has
  std::uint64_t fed_to_ = 0;     // the last that the door inside has
  timestamp arrival_{};          // of the last accepted; never goes back
  unacked_log unacked_;
  std::map<std::uint32_t, timestamp> refused_;  // queues, and since when they take nothing
  std::int64_t gauged_ = 0;

  bool backlog_ = true;      // the log holds events that the door inside does not have
  bool looked_ = false;      // into the queues, once
  bool look_again_ = false;  // the broker may have lost something
  bool repairing_ = false;
  std::optional<std::uint64_t> repaired_at_;  // stored again when the low-water mark is there
  bool going_on_ = false, broken_ = false;    // broken: its log
  bool draining_ = false, drained_ = false, ended_ = false;  // ended: the door inside was told to
};

}  // namespace

source_actor::behavior_type logged_source(source_actor::base* self, caf::actor_addr parent,
                                          logged_source_parts parts) {
  install_defaults(self, parent);
  const auto door = std::make_shared<logged_door>(self, std::move(parts));
  return {
      [door](accept_events& a) { door->accept(a); },
      [](const queue_messages&) {},
      [](const queue_empty&) {},
      [door](const publish_answer& a) { door->answered(a); },
      [door](linger_over) { door->linger_over(); },
      [door](retry_queues) { door->retry(); },
      [door](const logged& l) { door->logged(l); },
      [door](go_on) { door->go_on(); },
      [door](broker_changed) { door->look(); },
      [door](const node_tick& t) { door->tick(t.now); },
      [door](const drain&) { door->drain(); },
  };
}

}  // namespace beckon::actors
