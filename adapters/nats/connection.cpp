#include "adapters/nats/connection.hpp"

#include <algorithm>
#include <utility>

#include "adapters/nats/client_options.hpp"
#include "adapters/nats/spent_messages.hpp"

namespace beckon::adapters {

using namespace std::chrono_literals;

/// The client frees a subscription that a reading thread may still hold (nats.c issue 637, mended
/// after 3.4.1): so subscriptions are only unsubscribed, and freed after the connection and its
/// threads have ended.
struct live_subscription::slot {
  std::mutex mutex;
  message_callback on_message;  // empty once stopped
  natsSubscription* handle = nullptr;
  connection* owner = nullptr;
  spent_messages spent;
};

namespace {

constexpr auto tick = 20ms;
constexpr std::int64_t push_patience_ms = 1;
constexpr int delivery_threads = 2;

struct options_destroyer {
  void operator()(natsOptions* options) const noexcept { natsOptions_Destroy(options); }
};

errc code_of(natsStatus status) noexcept {
  switch (status) {
    case NATS_TIMEOUT:
      return errc::timeout;
    case NATS_INVALID_ARG:
    case NATS_INVALID_SUBJECT:
    case NATS_INVALID_TIMEOUT:
    case NATS_ADDRESS_MISSING:
    case NATS_NOT_PERMITTED:
      return errc::invalid;
    case NATS_MAX_PAYLOAD:
    case NATS_NO_MEMORY:
    case NATS_SLOW_CONSUMER:
      return errc::exhausted;
    default:
      return errc::unavailable;
  }
}

}  // namespace

error to_error(natsStatus status, std::string where) {
  return {code_of(status), natsStatus_GetText(status), std::move(where)};
}

live_subscription::~live_subscription() {
  {
    std::scoped_lock lock(state_.mutex);
    state_.on_message = nullptr;
    state_.spent.free();
  }
  natsSubscription_Unsubscribe(state_.handle);  // fails only when the connection is closed already
}

connection::connection(const nats_options& options, connection_role role)
    : options_(options), role_(role) {}

result<std::shared_ptr<connection>> connection::open(const nats_options& options,
                                                     connection_role role) {
  std::shared_ptr<connection> made(new connection(options, role));
  const auto deadline = std::chrono::steady_clock::now() + options.connect_timeout;
  for (;;) {
    auto connected = made->connect();
    if (connected) break;
    const bool hopeless = connected.error().code == errc::invalid;
    if (hopeless || std::chrono::steady_clock::now() + 100ms > deadline) return connected.error();
    std::this_thread::sleep_for(100ms);
  }
  made->ticker_ = std::jthread([raw = made.get()](std::stop_token stop) { raw->tick_until(stop); });
  return made;
}

connection::~connection() {
  ticker_.request_stop();
  if (ticker_.joinable()) ticker_.join();
  if (handle_ == nullptr) return;
  {
    std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  natsConnection_Close(handle_);
  {
    // The client's threads still hold pointers to this object and its slots until they have said
    // so.
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ && completed_ == slots_.size(); });
  }
  for (const auto& slot : slots_) natsSubscription_Destroy(slot->handle);
  natsConnection_Destroy(handle_);
}

natsStatus connection::configure_callbacks(natsOptions* out) {
  const auto raw = static_cast<void*>(this);
  const auto connected = [](natsConnection*, void* self) {
    auto& me = *static_cast<connection*>(self);
    ++me.reconnects_;
    me.tell(&connection_observer::on_connected);
  };
  const auto disconnected = [](natsConnection*, void* self) {
    static_cast<connection*>(self)->tell(&connection_observer::on_disconnected);
  };
  const auto closed = [](natsConnection*, void* self) {
    auto& me = *static_cast<connection*>(self);
    std::scoped_lock lock(me.mutex_);
    if (!me.ending_)
      me.log(port::log_level::error, "broker refused us; connection closed for good");
    me.closed_ = true;
    me.changed_.notify_all();
  };
  const auto failed = [](natsConnection*, natsSubscription*, natsStatus status, void* self) {
    static_cast<connection*>(self)->log(port::log_level::warning, "broker connection reports",
                                        {{"status", natsStatus_GetText(status)}});
  };
  auto s = natsOptions_SetReconnectedCB(out, connected, raw);
  if (s == NATS_OK) s = natsOptions_SetDisconnectedCB(out, disconnected, raw);
  if (s == NATS_OK) s = natsOptions_SetClosedCB(out, closed, raw);
  if (s == NATS_OK) s = natsOptions_SetErrorHandler(out, failed, raw);
  return s;
}

result<void> connection::connect() {
  if (role_ == connection_role::reading) nats_SetMessageDeliveryPoolSize(delivery_threads);
  natsOptions* raw = nullptr;
  if (const auto created = natsOptions_Create(&raw); created != NATS_OK) {
    return to_error(created, options_.url);
  }
  const std::unique_ptr<natsOptions, options_destroyer> made(raw);
  auto s = configure_client(raw, options_, role_);
  if (s == NATS_OK) s = configure_callbacks(raw);
  if (s != NATS_OK) return to_error(s, options_.url);
  s = natsConnection_Connect(&handle_, raw);
  if (s != NATS_OK) {
    handle_ = nullptr;
    return to_error(s, options_.url);
  }
  return {};
}

bool connection::connected() const noexcept {
  return natsConnection_Status(handle_) == NATS_CONN_STATUS_CONNECTED;
}

std::uint64_t connection::bytes_per_reader() const noexcept {
  return options_.most_in_flight_bytes / std::max(1U, readers_.load());
}

bool connection::wait_connected(steady_time deadline) {
  while (!connected()) {
    std::unique_lock lock(mutex_);
    if (closed_ || std::chrono::steady_clock::now() >= deadline) return false;
    changed_.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + tick));
  }
  return true;
}

void connection::observe(std::weak_ptr<connection_observer> who) {
  std::scoped_lock lock(mutex_);
  observers_.push_back(std::move(who));
}

std::vector<std::shared_ptr<connection_observer>> connection::observers() {
  std::vector<std::shared_ptr<connection_observer>> out;
  std::scoped_lock lock(mutex_);
  std::erase_if(observers_, [&](const std::weak_ptr<connection_observer>& weak) {
    auto strong = weak.lock();
    if (!strong) return true;
    out.push_back(std::move(strong));
    return false;
  });
  return out;
}

void connection::tell(void (connection_observer::*what)()) {
  for (const auto& who : observers()) ((*who).*what)();
  changed_.notify_all();
}

void connection::tick_until(std::stop_token stop) {
  std::condition_variable_any sleep;
  std::mutex sleeping;
  while (!stop.stop_requested()) {
    for (const auto& who : observers()) who->on_tick(std::chrono::steady_clock::now());
    std::unique_lock lock(sleeping);
    sleep.wait_for(lock, stop, tick, [] { return false; });
  }
}

result<std::string> connection::new_inbox() {
  natsInbox* made = nullptr;
  if (const auto s = natsInbox_Create(&made); s != NATS_OK) return to_error(s, "inbox");
  std::string out = made;
  natsInbox_Destroy(made);
  return out;
}

void connection::handle_message(natsConnection*, natsSubscription* sub, natsMsg* raw, void* state) {
  message_ptr message(raw);
  auto& slot = *static_cast<live_subscription::slot*>(state);
  std::scoped_lock lock(slot.mutex);
  if (message == nullptr) return;
  if (slot.on_message) slot.on_message(*message, sub);
  slot.spent.add(std::move(message));
}

void connection::handle_completion(void* state) {
  auto& me = *static_cast<live_subscription::slot*>(state)->owner;
  std::scoped_lock lock(me.mutex_);
  ++me.completed_;
  me.changed_.notify_all();
}

result<std::unique_ptr<live_subscription>> connection::subscribe(const std::string& subject,
                                                                 message_callback on_message) {
  auto slot = std::make_unique<live_subscription::slot>();
  slot->on_message = std::move(on_message);
  slot->owner = this;
  auto s =
      natsConnection_Subscribe(&slot->handle, handle_, subject.c_str(), handle_message, slot.get());
  if (s != NATS_OK) return to_error(s, subject);
  auto& state = *slot;
  s = natsSubscription_SetOnCompleteCB(state.handle, handle_completion, &state);
  {
    std::scoped_lock lock(mutex_);
    slots_.push_back(std::move(slot));
    if (s != NATS_OK) ++completed_;  // closed meanwhile
  }
  auto out = std::make_unique<live_subscription>(shared_from_this(), state);
  // Bounded by credit (readers) or by what is unacked (publisher); a limit here would drop
  // silently.
  s = natsSubscription_SetPendingLimits(state.handle, -1, -1);
  if (s != NATS_OK) return to_error(s, subject);
  return out;
}

// One flush at a time: the client lends its one cached record of an awaited PONG anew as soon as
// the PONG came, although the thread that waited for it may not have woken yet. That thread then
// waits on with the next one's record, gives up at its own time and takes the record away: the next
// one's PONG finds nobody (nats.c 3.4.1 to 3.9.3, _flushTimeout).
result<void> connection::flush(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const std::unique_lock alone(flushing_, deadline);
  if (!alone) return to_error(NATS_TIMEOUT, "flush");
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  const auto s = natsConnection_FlushTimeout(handle_, std::max(left, 1ms).count());
  if (s != NATS_OK) return to_error(s, "flush");
  return {};
}

void connection::push_out() {
  const std::unique_lock alone(flushing_, std::try_to_lock);
  // The PING takes the rest along; when no PONG comes in time the bytes have left all the same.
  if (alone) natsConnection_FlushTimeout(handle_, push_patience_ms);
}

result<void> connection::publish(const char* subject, const char* reply, std::string_view data) {
  const auto size = static_cast<int>(data.size());
  const auto s = reply == nullptr
                     ? natsConnection_Publish(handle_, subject, data.data(), size)
                     : natsConnection_PublishRequest(handle_, subject, reply, data.data(), size);
  if (s != NATS_OK) return to_error(s, subject);
  return {};
}

result<void> connection::publish(natsMsg& message) {
  if (const auto s = natsConnection_PublishMsg(handle_, &message); s != NATS_OK) {
    return to_error(s, std::string{subject_of(message)});
  }
  return {};
}

result<message_ptr> connection::request(const std::string& subject, std::string_view data,
                                        std::chrono::milliseconds patience) {
  natsMsg* answer = nullptr;
  const auto s = natsConnection_Request(&answer, handle_, subject.c_str(), data.data(),
                                        static_cast<int>(data.size()), patience.count());
  if (s != NATS_OK) return to_error(s, subject);
  return message_ptr(answer);
}

void connection::log(port::log_level level, std::string_view message,
                     const field_list& fields) noexcept {
  if (options_.log != nullptr) options_.log->write(level, options_.name, message, fields);
}

}  // namespace beckon::adapters
