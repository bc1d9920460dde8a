#include "adapters/curl/webhook_sender.hpp"

#include <chrono>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include <curl/curl.h>
#include <signal.h>

#include "adapters/curl/transfer.hpp"
#include "adapters/curl/url.hpp"

namespace beckon::adapters {
namespace {

constexpr int longest_sleep_ms = 1000;

struct waiting_delivery {
  port::delivery what;
  port::sender::receipt_handler done;
};

/// The transfers under way and those waiting for a place at their host. Lives on the sender's
/// thread.
class transfers {
 public:
  transfers(const webhook_options& options, CURLM* multi) : options_(options), multi_(multi) {}
  ~transfers();

  void accept(waiting_delivery one);
  /// Moves bytes and answers what ended.
  void work();

 private:
  struct host {
    std::uint32_t under_way = 0;
    std::deque<waiting_delivery> waiting;
  };
  bool start(const std::string& origin, waiting_delivery one);
  void end(transfer* one, CURLcode code);
  void fill(const std::string& origin);

  const webhook_options& options_;
  CURLM* multi_;
  std::unordered_map<std::string, host> hosts_;
  std::unordered_set<transfer*> under_way_;  ///< owned
};

transfers::~transfers() {
  for (transfer* one : under_way_) {
    curl_multi_remove_handle(multi_, one->handle());
    one->abandon();
    delete one;
  }
  for (auto& [origin, at] : hosts_) {
    for (waiting_delivery& one : at.waiting) {
      one.done({port::delivery_outcome::busy, "Beckon stopped before it was sent", {}});
    }
  }
}

void transfers::accept(waiting_delivery one) {
  const result<std::string> origin =
      origin_of(one.what.address.empty() ? options_.url : one.what.address);
  if (!origin.ok()) {
    return one.done({port::delivery_outcome::refused, origin.error().message, {}});
  }
  hosts_[*origin].waiting.push_back(std::move(one));
  fill(*origin);
}

/// Starts what waits for a host while there are places; forgets hosts with nothing to do.
void transfers::fill(const std::string& origin) {
  const auto at = hosts_.find(origin);
  while (at->second.under_way < options_.concurrent_per_host && !at->second.waiting.empty()) {
    waiting_delivery next = std::move(at->second.waiting.front());
    at->second.waiting.pop_front();
    if (start(origin, std::move(next))) ++at->second.under_way;
  }
  if (at->second.under_way == 0 && at->second.waiting.empty()) hosts_.erase(at);
}

bool transfers::start(const std::string& origin, waiting_delivery one) {
  std::unique_ptr<transfer> made =
      transfer::make(options_, std::move(one.what), std::move(one.done));
  if (!made) return false;
  if (curl_multi_add_handle(multi_, made->handle()) != CURLM_OK) {
    made->finish(CURLE_OUT_OF_MEMORY);
    return false;
  }
  made->origin = origin;
  under_way_.insert(made.release());
  return true;
}

void transfers::work() {
  int running = 0;
  curl_multi_perform(multi_, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    end(&transfer::of(message->easy_handle), code);
  }
}

void transfers::end(transfer* one, CURLcode code) {
  const std::unique_ptr<transfer> owned(one);
  under_way_.erase(one);
  curl_multi_remove_handle(multi_, one->handle());
  one->finish(code);
  --hosts_[one->origin].under_way;
  fill(one->origin);
}

class webhook_sender final : public port::sender {
 public:
  explicit webhook_sender(webhook_options options)
      : options_(std::move(options)), multi_(curl_multi_init()), thread_([this] { run(); }) {}

  ~webhook_sender() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  void send(port::delivery what, receipt_handler done) override {
    {
      const std::lock_guard lock(mutex_);
      inbox_.push_back({std::move(what), std::move(done)});
    }
    curl_multi_wakeup(multi_);
  }

 private:
  void run();

  const webhook_options options_;
  CURLM* const multi_;
  std::mutex mutex_;
  std::vector<waiting_delivery> inbox_;
  bool stopping_ = false;
  std::thread thread_;  ///< last: uses all of the above
};

void webhook_sender::run() {
  sigset_t pipe;  // a peer that closes must not end the process
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  transfers all(options_, multi_);
  for (bool stopping = false; !stopping;) {
    std::vector<waiting_delivery> arrived;
    {
      const std::lock_guard lock(mutex_);
      arrived.swap(inbox_);
      stopping = stopping_;
    }
    for (waiting_delivery& one : arrived) all.accept(std::move(one));
    all.work();
    if (!stopping) curl_multi_poll(multi_, nullptr, 0, longest_sleep_ms, nullptr);
  }
}

}  // namespace

std::unique_ptr<port::sender> make_webhook_sender(webhook_options options) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(ready);  // it fails only without memory, and then every attempt says so
  if (!options.now) {
    options.now = [] { return std::chrono::floor<duration>(std::chrono::system_clock::now()); };
  }
  return std::make_unique<webhook_sender>(std::move(options));
}

}  // namespace beckon::adapters
