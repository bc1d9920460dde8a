// The reading half of reader_core: messages, statuses, pulls, the watch.
#include <charconv>
#include <cstdlib>

#include "adapters/nats/ack_subject.hpp"
#include "adapters/nats/api_json.hpp"
#include "adapters/nats/queue_reader.hpp"

namespace beckon::adapters {
namespace {

constexpr std::size_t most_in_batch = 256;
constexpr std::int64_t pull_expires_ns = 5'000'000'000;
constexpr std::int64_t heartbeat_ns = 500'000'000;

std::string_view next_token(std::string_view& text) noexcept {
  const auto dot = text.find('.');
  const auto out = text.substr(0, dot);
  text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  return out;
}

template <class number>
number to_number(std::string_view text) noexcept {
  number out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::vector<std::pair<std::string, std::string>> headers_of(natsMsg& message) {
  std::vector<std::pair<std::string, std::string>> out;
  const char** names = nullptr;
  int count = 0;
  if (natsMsgHeader_Keys(&message, &names, &count) != NATS_OK) return out;
  for (int i = 0; i < count; ++i) {
    const char** values = nullptr;
    int values_count = 0;
    if (natsMsgHeader_Values(&message, names[i], &values, &values_count) != NATS_OK) continue;
    for (int v = 0; v < values_count; ++v) out.emplace_back(names[i], values[v]);
    free(values);
  }
  free(names);
  return out;
}

timestamp wall_time(const nats_options& options) {
  if (options.clock != nullptr) return options.clock->now();
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

}  // namespace

void reader_core::grant(std::uint32_t messages) {
  {
    std::scoped_lock lock(window_mutex_);
    window_.grant(messages);
  }
  pump();
}

void reader_core::pump() {
  std::scoped_lock lock(window_mutex_);
  if (pull_subject_.empty()) return;
  window_.set_budget(through_.bytes_per_reader());
  step_ = window_.step();
  while (const auto size = window_.next_request()) {
    if (window_.asked() == size) {  // nothing was under way: silence counts from here
      heard_ = std::chrono::steady_clock::now().time_since_epoch().count();
    }
    // The consumer's name holds the incarnation; the number makes each request's subject unique.
    const auto incarnation = pull_subject_.substr(pull_subject_.rfind('_') + 1);
    const auto reply = inbox_ + incarnation + ".pull." + std::to_string(++pulls_);
    const auto body = pull_request(size, pull_expires_ns, heartbeat_ns);
    if (through_.publish(pull_subject_.c_str(), reply.c_str(), body)) continue;
    window_.take_back(size);  // not connected: the reader starts anew with the connection
    return;
  }
}

void reader_core::take(natsMsg& message) {
  auto rest = subject_of(message);
  if (!rest.starts_with(inbox_)) return take_data(message);
  rest.remove_prefix(inbox_.size());
  if (to_number<std::uint64_t>(next_token(rest)) != incarnation_) return;
  take_answer(message, rest);
}

void reader_core::take_answer(natsMsg& message, std::string_view rest) {
  const auto kind = next_token(rest);
  if (kind == "pull") {
    if (phase_ == phase::reading) take_status(message);
    return;
  }
  const bool awaited = (kind == "stream" && phase_ == phase::asking_stream) ||
                       (kind == "message" && phase_ == phase::asking_message) ||
                       (kind == "consumer" && phase_ == phase::creating) ||
                       (kind == "probe" && phase_ == phase::reading);
  if (!awaited) return;
  if (natsMsg_IsNoResponders(&message)) {  // JetStream is not there (yet)
    constexpr std::string_view why = "JetStream does not answer";
    return phase_ == phase::reading ? restore(why) : retry_later(why);
  }
  const auto body = data_of(message);
  if (kind == "stream") return take_stream_answer(body);
  if (kind == "message") return take_message_answer(body);
  if (kind == "consumer") return take_create_answer(body);
  take_probe_answer(body);
}

void reader_core::take_data(natsMsg& message) {
  if (phase_ != phase::reading) return;
  const auto at = parse_ack_subject(reply_of(message), consumer_);
  if (!at) return;  // of a consumer given up
  if (at->consumer_sequence != next_consumer_sequence_) return restore("messages were lost");
  ++next_consumer_sequence_;
  const auto now = std::chrono::steady_clock::now();
  heard_ = now.time_since_epoch().count();
  quiet_since_ = data_at_ = now;
  retry_delay_ = duration{0};
  pending_ = at->pending;
  position_.sequence = at->stream_sequence;
  position_.broker_time_ns = at->broker_time_ns;
  auto& stored = batch_.emplace_back();
  stored.sequence = at->stream_sequence;
  stored.broker_time_ns = at->broker_time_ns;
  stored.subject = subject_of(message);
  if (settings_.with_headers) stored.headers = headers_of(message);
  stored.data = data_of(message);
  ++unsettled_;
  unsettled_bytes_ += stored.data.size();
  if (batch_.size() >= most_in_batch) {
    flush();
  } else if (unsettled_ * 2 >= step_) {
    settle();
  }
}

void reader_core::take_status(natsMsg& message) {
  heard_ = std::chrono::steady_clock::now().time_since_epoch().count();
  const auto status = header_of(message, "Status");
  if (status == "100") {
    retry_delay_ = duration{0};
    return;
  }
  if (status == "408" || status == "404") {
    const auto left = header_of(message, "Nats-Pending-Messages");
    settle();
    {
      std::scoped_lock lock(window_mutex_);
      window_.expired(to_number<std::uint64_t>(left));
    }
    return pump();
  }
  const auto description = header_of(message, "Description");
  restore(std::string{status} + " " + std::string{description});
}

void reader_core::watch(steady_time now) {
  flush();
  const auto silence = through_.options().silence;
  std::uint64_t asked = 0;
  {
    std::scoped_lock lock(window_mutex_);
    asked = window_.asked();
  }
  const steady_time heard{steady_time::duration{heard_.load()}};
  if (asked > 0 && now - heard > silence) return restore("the consumer is silent");
  if (probe_) {
    if (now - probe_->at > silence) restore("the broker does not answer");
    return;
  }
  if (now - quiet_since_ < through_.options().idle_probe) return;
  if (asked == 0 && pending_ > 0) {  // no credit: known not to be read to its end
    data_at_ = now;
    return;
  }
  probe_ = probe{now, wall_time(through_.options()), position_.sequence};
  if (!request("$JS.API.STREAM.INFO." + settings_.stream, "probe", {})) restore("not sent");
}

void reader_core::take_probe_answer(std::string_view body) {
  if (!probe_) return;
  const auto [at, sent, read_then] = *probe_;
  probe_.reset();
  quiet_since_ = std::chrono::steady_clock::now();
  const auto answer = parse_stream_answer(body, settings_.stream);
  if (!answer) return restore(answer.error().message);
  const auto& info = answer->info;
  const bool another = info.created_ns != position_.created_ns;
  if (another || info.last < read_then) return restore("the stream was made anew");
  if (info.last < position_.sequence) return;
  if (info.last > position_.sequence && info.messages > 0) return doubt_consumer();
  data_at_ = quiet_since_;
  flush();
  handler_.empty(sent);
}

/// Asked, it gives nothing of what the stream holds: seen after a stream was deleted and made anew.
void reader_core::doubt_consumer() {
  {
    std::scoped_lock lock(window_mutex_);
    if (window_.asked() == 0) data_at_ = quiet_since_;
  }
  if (quiet_since_ - data_at_ > through_.options().silence)
    restore("the consumer gives nothing of what the stream holds");
}

void reader_core::settle() {
  if (unsettled_ == 0) return;
  {
    std::scoped_lock lock(window_mutex_);
    window_.received(unsettled_, unsettled_bytes_);
  }
  unsettled_ = 0;
  unsettled_bytes_ = 0;
  pump();
}

void reader_core::flush() {
  settle();
  if (batch_.empty()) return;
  std::vector<port::stored_message> out;
  out.swap(batch_);
  handler_.messages(std::move(out), pending_);
}

}  // namespace beckon::adapters
