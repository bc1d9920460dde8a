#include "adapters/nats/publisher.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/nats/names.hpp"
#include "adapters/nats/publish_reply.hpp"

namespace beckon::adapters {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t many = 256;
constexpr std::size_t never_wake = ~std::size_t{0};
constexpr std::size_t chunk = 64;  // messages registered under one lock
/// The client's own flusher waits 1 ms. While little is sent, a PING pushes the bytes out at once
/// instead, but not more often than this.
constexpr auto flush_spacing = 250us;

/// A write that timed out half-way is not sent: the broker never sees the whole message.
error unsent(error why) {
  if (why.code == errc::timeout) why.code = errc::unavailable;
  return why;
}

struct message_builder {
  message_ptr message;
  natsStatus status = NATS_OK;

  message_builder(const outgoing& what, const char* reply) {
    natsMsg* raw = nullptr;
    status = natsMsg_Create(&raw, what.subject.c_str(), reply, what.data.data(),
                            static_cast<int>(what.data.size()));
    message.reset(raw);
    for (const auto& [name, value] : what.headers) {
      if (status == NATS_OK) status = natsMsgHeader_Add(raw, name.c_str(), value.c_str());
    }
  }
};

}  // namespace

publisher::publisher(connection& through) : through_(through) {}

result<std::shared_ptr<publisher>> publisher::open(connection& through) {
  auto inbox = through.new_inbox();
  if (!inbox) return inbox.error();
  std::shared_ptr<publisher> made(new publisher(through));
  made->inbox_ = *inbox + ".";
  auto answers = through.subscribe(
      made->inbox_ + "*",
      [raw = made.get()](natsMsg& answer, natsSubscription*) { raw->handle_answer(answer); });
  if (!answers) return answers.error();
  made->answers_ = std::move(*answers);
  through.observe(made);
  made->writer_ =
      std::jthread([raw = made.get()](std::stop_token stop) { raw->write_until(stop); });
  return made;
}

publisher::~publisher() {
  close();
}

void publisher::close() {
  {
    std::scoped_lock lock(queue_mutex_);
    closing_ = true;
  }
  writer_.request_stop();
  if (writer_.joinable()) writer_.join();
  answers_.reset();
  std::vector<unacked_publish> unsent;
  std::vector<unacked_publish> unanswered;
  std::vector<unacked_publish> refused;
  {
    std::scoped_lock lock(queue_mutex_, unacked_mutex_);
    for (auto& [number, what] : queue_) {
      const auto bytes = what.data.size();
      unsent.push_back({std::move(what.done), std::move(what.subject), bytes, {}});
    }
    queue_.clear();
    unanswered = unacked_.take_all();
    refused.swap(refused_);
  }
  fail(std::move(unanswered), {errc::timeout, "closing; the answer was not awaited"});
  fail(std::move(unsent), {errc::unavailable, "closing; not sent"});
  refuse(std::move(refused));
}

void publisher::send(outgoing what) {
  const auto bytes = what.data.size();
  const auto& limits = through_.options();
  std::scoped_lock lock(queue_mutex_);
  const bool full =
      open_messages_ >= limits.most_unacked || open_bytes_ + bytes > limits.most_unacked_bytes;
  if (full || closing_) {
    refused_.push_back({std::move(what.done), std::move(what.subject), 0, {}});
    return;
  }
  ++open_messages_;
  open_bytes_ += bytes;
  queue_.push_back({next_number_++, std::move(what)});
  if (queue_.size() == wake_at_) work_.notify_one();
}

void publisher::push_soon() {
  std::scoped_lock lock(queue_mutex_);
  to_push_ = true;
  if (wake_at_ == 1) work_.notify_one();
}

void publisher::on_disconnected() {
  std::vector<unacked_publish> lost;
  {
    std::scoped_lock lock(unacked_mutex_);
    lost = unacked_.take_all();
  }
  fail(std::move(lost), {errc::timeout, "the connection was lost before the answer"});
}

void publisher::on_tick(steady_time now) {
  std::vector<unacked_publish> due;
  std::vector<unacked_publish> refused;
  {
    std::scoped_lock lock(queue_mutex_, unacked_mutex_);
    due = unacked_.take_due(now);
    refused.swap(refused_);
  }
  fail(std::move(due), {errc::timeout, "the broker did not answer in time"});
  refuse(std::move(refused));
}

void publisher::handle_answer(natsMsg& answer_message) {
  const auto subject = subject_of(answer_message);
  std::uint64_t number = 0;
  const auto digits = subject.substr(std::min(inbox_.size(), subject.size()));
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  auto one = take(number);
  if (!one.done) return;  // failed by time or disconnection already
  if (natsMsg_IsNoResponders(&answer_message)) {
    auto where = one.subject;
    answer(std::move(one), error{errc::unavailable, "no stream takes this subject", where});
    return;
  }
  const auto body = data_of(answer_message);
  if (body.empty()) {  // our own marker came back
    answer(std::move(one), port::publish_ack{});
    return;
  }
  auto how = parse_publish_reply(body, one.subject);
  answer(std::move(one), std::move(how));
}

unacked_publish publisher::take(std::uint64_t number) {
  std::scoped_lock lock(unacked_mutex_);
  return unacked_.take(number);
}

void publisher::answer(unacked_publish one, result<port::publish_ack> how) {
  --open_messages_;
  open_bytes_ -= one.bytes;
  one.done(std::move(how));
}

void publisher::fail(std::vector<unacked_publish> many, const error& why) {
  for (auto& one : many) {
    error copy = why;
    copy.where = one.subject;
    answer(std::move(one), std::move(copy));
  }
}

void publisher::refuse(std::vector<unacked_publish> many) {
  for (auto& one : many) {
    one.done(error{errc::unavailable, "too much is unanswered; not sent", one.subject});
  }
}

// ---- the writing thread

publisher::batch publisher::wait_for_work(std::stop_token stop, bool& unflushed,
                                          steady_time until) {
  std::unique_lock lock(queue_mutex_);
  // At leisure every message wakes the writer; under load it collects until the next flush or until
  // there are many.
  wake_at_ = unflushed ? many : 1;
  const auto ready = [&] { return queue_.size() >= wake_at_ || (to_push_ && !unflushed); };
  if (unflushed) {
    work_.wait_until(lock, stop, until, ready);
  } else {
    work_.wait(lock, stop, ready);
  }
  wake_at_ = never_wake;
  unflushed = std::exchange(to_push_, false) || unflushed || !queue_.empty();
  return std::exchange(queue_, {});
}

void publisher::write_until(std::stop_token stop) {
  bool unflushed = false;
  auto next_flush = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    auto messages = wait_for_work(stop, unflushed, next_flush);
    write(messages);
    const auto now = std::chrono::steady_clock::now();
    if (!unflushed || now < next_flush) continue;
    through_.push_out();
    next_flush = now + flush_spacing;
    unflushed = false;
  }
}

void publisher::write(batch& messages) {
  for (std::size_t from = 0; from < messages.size(); from += chunk) {
    const auto to = std::min(messages.size(), from + chunk);
    register_unacked(messages, from, to);
    const bool connected = through_.connected();
    for (auto i = from; i < to; ++i) {
      auto& one = messages[i];
      result<void> sent = error{errc::unavailable, "no connection to the broker"};
      if (!is_subject(one.what.subject)) {
        sent = error{errc::invalid, "no subject one can publish to"};
      } else if (connected) {
        sent = put_on_wire(one);
      }
      if (sent) continue;
      auto mine = take(one.number);
      if (!mine.done) continue;
      error why = sent.error();
      why.where = mine.subject;
      answer(std::move(mine), std::move(why));
    }
  }
}

void publisher::register_unacked(batch& messages, std::size_t from, std::size_t to) {
  const auto deadline = std::chrono::steady_clock::now() + through_.options().ack_timeout;
  std::scoped_lock lock(unacked_mutex_);
  for (auto i = from; i < to; ++i) {
    auto& [number, what] = messages[i];
    unacked_.add(number, {std::move(what.done), what.subject, what.data.size(), deadline});
  }
}

result<void> publisher::put_on_wire(const numbered& one) {
  std::string reply = inbox_ + std::to_string(one.number);
  const auto& what = one.what;
  const char* asked = what.stored ? reply.c_str() : nullptr;
  if (!what.headers.empty()) {
    message_builder built(what, asked);
    if (built.status != NATS_OK) return to_error(built.status, what.subject);
    if (auto sent = through_.publish(*built.message); !sent) return unsent(sent.error());
  } else if (auto sent = through_.publish(what.subject.c_str(), asked, what.data); !sent) {
    return unsent(sent.error());
  }
  if (what.stored) return {};
  if (auto marked = through_.publish(reply.c_str(), nullptr, {}); !marked) {
    return error{errc::timeout, "lost the connection while publishing"};
  }
  return {};
}

}  // namespace beckon::adapters
