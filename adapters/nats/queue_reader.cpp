#include "adapters/nats/queue_reader.hpp"

#include <algorithm>

#include "adapters/nats/api_json.hpp"

namespace beckon::adapters {

using namespace std::chrono_literals;

namespace {

constexpr auto answer_patience = 2s;
constexpr duration first_delay{250};
constexpr duration longest_delay{2'000};
constexpr std::uint64_t most_known_waiting = 256;
/// The broker forgets an abandoned consumer after so long; a reader without credit for longer
/// stalls once.
constexpr std::int64_t inactive_ns = 300'000'000'000;

std::string subject(std::string_view call, std::string_view stream) {
  return "$JS.API." + std::string{call} + "." + std::string{stream};
}

steady_time now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

reader_core::reader_core(connection& through, const port::reader_settings& settings,
                         port::queue_handler& handler, std::string inbox)
    : through_(through),
      settings_(settings),
      handler_(handler),
      inbox_(std::move(inbox)),
      position_(settings.after),
      window_(settings.batch) {}

result<std::shared_ptr<reader_core>> reader_core::open(connection& through,
                                                       const port::reader_settings& settings,
                                                       port::queue_handler& handler) {
  auto inbox = through.new_inbox();
  if (!inbox) return inbox.error();
  std::shared_ptr<reader_core> made(new reader_core(through, settings, handler, *inbox + "."));
  auto subscription = through.subscribe(
      made->inbox_ + ">", [weak = std::weak_ptr(made)](natsMsg& message, natsSubscription* sub) {
        if (const auto core = weak.lock()) core->receive(message, sub);
      });
  if (!subscription) return subscription.error();
  made->subscription_ = std::move(*subscription);
  through.add_reader();
  through.observe(made);
  std::scoped_lock lock(made->run_mutex_);
  if (made->phase_ == phase::offline && through.connected()) made->ask_stream();
  return made;
}

void reader_core::receive(natsMsg& message, natsSubscription* sub) {
  std::scoped_lock lock(run_mutex_);
  if (phase_ == phase::stopped) return;
  take(message);
  if (known_waiting_ > 0 && --known_waiting_ > 0) return;
  std::uint64_t waiting = 0;
  natsSubscription_QueuedMsgs(sub, &waiting);
  known_waiting_ = std::min(waiting, most_known_waiting);
  if (waiting == 0) flush();
}

void reader_core::stop() {
  {
    std::scoped_lock lock(run_mutex_);
    if (phase_ == phase::reading) leave_reading(true);
    phase_ = phase::stopped;
    batch_.clear();
  }
  if (!subscription_) return;
  subscription_.reset();
  through_.remove_reader();
}

void reader_core::on_connected() {
  std::scoped_lock lock(run_mutex_);
  if (phase_ == phase::stopped) return;
  if (phase_ == phase::reading) leave_reading(true);
  set_healthy(false);
  retry_delay_ = duration{0};
  ask_stream();
}

void reader_core::on_disconnected() {
  std::scoped_lock lock(run_mutex_);
  if (phase_ == phase::stopped) return;
  if (phase_ == phase::reading) leave_reading(false);
  phase_ = phase::offline;
  set_healthy(false);
}

void reader_core::on_tick(steady_time at) {
  std::scoped_lock lock(run_mutex_);
  switch (phase_) {
    case phase::offline:
    case phase::stopped:
      return;
    case phase::waiting:
      if (at >= deadline_) ask_stream();
      return;
    case phase::asking_stream:
    case phase::asking_message:
    case phase::creating:
      if (at >= deadline_) retry_later("the broker does not answer");
      return;
    case phase::reading:
      watch(at);
      return;
  }
}

bool reader_core::request(const std::string& to, std::string_view kind, std::string_view body) {
  const auto reply = inbox_ + std::to_string(incarnation_) + "." + std::string{kind};
  return through_.publish(to.c_str(), reply.c_str(), body).ok();
}

void reader_core::ask_stream() {
  ++incarnation_;
  phase_ = phase::asking_stream;
  deadline_ = now() + answer_patience;
  if (!request(subject("STREAM.INFO", settings_.stream), "stream", {})) retry_later("not sent");
}

void reader_core::take_stream_answer(std::string_view body) {
  const auto answer = parse_stream_answer(body, settings_.stream);
  if (!answer) {
    const bool gone = answer.error().code == errc::not_found && position_.created_ns != 0;
    if (gone) return give_up("stream '" + settings_.stream + "' does not exist any more");
    return retry_later(answer.error().message);
  }
  auto verdict = judge_stream(position_, answer->info);
  if (verdict.what != offset_verdict::fit::mismatch) position_.created_ns = answer->info.created_ns;
  follow(std::move(verdict));
}

void reader_core::ask_message() {
  phase_ = phase::asking_message;
  deadline_ = now() + answer_patience;
  const auto body = "{\"seq\":" + std::to_string(position_.sequence) + "}";
  if (!request(subject("STREAM.MSG.GET", settings_.stream), "message", body)) {
    retry_later("not sent");
  }
}

void reader_core::take_message_answer(std::string_view body) {
  const auto answer = parse_message_answer(body, settings_.stream);
  if (!answer) return retry_later(answer.error().message);
  // Absent: purged between the two questions, so the first is asked again; absent twice is a loss.
  if (!*answer && ++absences_ < 2) return ask_stream();
  follow(judge_message(position_, *answer));
}

void reader_core::follow(offset_verdict verdict) {
  switch (verdict.what) {
    case offset_verdict::fit::look:
      return ask_message();
    case offset_verdict::fit::start:
      return create_consumer(verdict.first);
    case offset_verdict::fit::mismatch:
      return give_up(std::move(verdict.why));
  }
}

void reader_core::create_consumer(std::uint64_t first) {
  phase_ = phase::creating;
  deadline_ = now() + answer_patience;
  absences_ = 0;
  // "_INBOX.<unique>." is unique among readers, the incarnation within one.
  const auto unique = inbox_.substr(inbox_.find('.') + 1);
  consumer_ = unique.substr(0, unique.size() - 1) + "_" + std::to_string(incarnation_);
  std::replace(consumer_.begin(), consumer_.end(), '.', '_');
  const auto to = subject("CONSUMER.CREATE", settings_.stream) + "." + consumer_;
  const auto body = create_consumer_request(settings_.stream, consumer_, first, inactive_ns);
  if (!request(to, "consumer", body)) retry_later("not sent");
}

void reader_core::take_create_answer(std::string_view body) {
  if (const auto answer = parse_answer(body, settings_.stream); !answer) {
    return retry_later(answer.error().message);
  }
  phase_ = phase::reading;
  next_consumer_sequence_ = 1;
  pending_ = 0;
  probe_.reset();
  handler_.reads(position_.created_ns);
  quiet_since_ = data_at_ = now();
  heard_ = quiet_since_.time_since_epoch().count();
  {
    std::scoped_lock lock(window_mutex_);
    pull_subject_ = subject("CONSUMER.MSG.NEXT", settings_.stream) + "." + consumer_;
  }
  pump();
  set_healthy(true);
}

void reader_core::retry_later(std::string_view why) {
  phase_ = phase::waiting;
  retry_delay_ = std::clamp(2 * retry_delay_, first_delay, longest_delay);
  deadline_ = now() + retry_delay_;
  through_.log(port::log_level::warning, "queue reader cannot start and tries again",
               {{"stream", settings_.stream}, {"why", why}});
}

void reader_core::restore(std::string_view why) {
  flush();
  leave_reading(true);
  set_healthy(false);
  through_.log(port::log_level::warning, "queue reader makes its consumer anew",
               {{"stream", settings_.stream}, {"why", why}});
  if (retry_delay_ == duration{0}) {
    retry_delay_ =
        first_delay / 2;  // the first time at once, then with a back-off until something arrives
    return ask_stream();
  }
  retry_later(why);
}

void reader_core::leave_reading(bool tell_broker) {
  flush();
  {
    std::scoped_lock lock(window_mutex_);
    pull_subject_.clear();
    window_.reset();
  }
  probe_.reset();
  if (tell_broker) {
    // A courtesy: unanswered, the broker forgets the consumer by itself.
    request(subject("CONSUMER.DELETE", settings_.stream) + "." + consumer_, "gone", {});
  }
  phase_ = phase::waiting;
}

void reader_core::give_up(std::string why) {
  if (phase_ == phase::reading) leave_reading(true);
  phase_ = phase::stopped;
  set_healthy(false);
  handler_.mismatch(std::move(why));
}

void reader_core::set_healthy(bool yes) {
  if (healthy_ == yes) return;
  healthy_ = yes;
  handler_.healthy(yes);
}

result<std::unique_ptr<port::queue_reader>> nats_queue_reader::open(
    std::shared_ptr<connection> through, const port::reader_settings& settings,
    port::queue_handler& handler) {
  auto core = reader_core::open(*through, settings, handler);
  if (!core) return core.error();
  return std::unique_ptr<port::queue_reader>(
      new nats_queue_reader(std::move(through), std::move(*core)));
}

}  // namespace beckon::adapters
