#include "adapters/curl/poster.hpp"

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

/// For several hosts, where requests name them themselves.
long kept_connections(std::uint32_t at_once_per_host) {
  return static_cast<long>(at_once_per_host) * 4;
}

void end_unsent(const end_handler& done, CURLcode code, std::string why) {
  attempt_end end;
  end.code = code;
  end.failure = std::move(why);
  done(std::move(end));
}

/// The transfers under way and those waiting for a place at their host. Lives on the poster's
/// thread.
class transfers {
 public:
  transfers(const endpoint& to, std::uint32_t at_once_per_host, CURLM* multi)
      : to_(to), at_once_per_host_(at_once_per_host), multi_(multi) {}
  ~transfers();

  void accept(waiting_post one);
  /// Moves bytes and tells what ended.
  void work();

 private:
  struct host {
    std::uint32_t under_way = 0;
    std::deque<waiting_post> waiting;
  };
  bool start(const std::string& origin, waiting_post one);
  void end(transfer* one, CURLcode code);
  void fill(const std::string& origin);

  const endpoint& to_;
  const std::uint32_t at_once_per_host_;
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
    for (waiting_post& one : at.waiting) {
      end_unsent(one.done, CURLE_ABORTED_BY_CALLBACK, "Beckon stopped before it was sent");
    }
  }
}

void transfers::accept(waiting_post one) {
  const result<std::string> origin = origin_of(one.what.url);
  if (!origin.ok()) return end_unsent(one.done, CURLE_URL_MALFORMAT, origin.error().message);
  hosts_[*origin].waiting.push_back(std::move(one));
  fill(*origin);
}

/// Starts what waits for a host while there are places; forgets hosts with nothing to do.
void transfers::fill(const std::string& origin) {
  const auto at = hosts_.find(origin);
  while (at->second.under_way < at_once_per_host_ && !at->second.waiting.empty()) {
    waiting_post next = std::move(at->second.waiting.front());
    at->second.waiting.pop_front();
    if (start(origin, std::move(next))) ++at->second.under_way;
  }
  if (at->second.under_way == 0 && at->second.waiting.empty()) hosts_.erase(at);
}

bool transfers::start(const std::string& origin, waiting_post one) {
  std::unique_ptr<transfer> made = transfer::make(to_, std::move(one.what), std::move(one.done));
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

}  // namespace

class poster::loop {
 public:
  loop(endpoint to, std::uint32_t at_once_per_host)
      : to_(std::move(to)),
        at_once_per_host_(at_once_per_host),
        multi_(curl_multi_init()),
        thread_([this] { run(); }) {}

  ~loop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  void add(waiting_post one) {
    {
      const std::lock_guard lock(mutex_);
      inbox_.push_back(std::move(one));
    }
    curl_multi_wakeup(multi_);
  }

 private:
  void run();

  const endpoint to_;
  const std::uint32_t at_once_per_host_;
  CURLM* const multi_;
  std::mutex mutex_;
  std::vector<waiting_post> inbox_;
  bool stopping_ = false;
  std::thread thread_;  ///< last: uses all of the above
};

void poster::loop::run() {
  sigset_t pipe;  // a peer that closes must not end the process
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  // Else libcurl keeps fewer when fewer transfers are under way: a lull would cost connections.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections(at_once_per_host_));
  transfers all(to_, at_once_per_host_, multi_);
  for (bool stopping = false; !stopping;) {
    std::vector<waiting_post> arrived;
    {
      const std::lock_guard lock(mutex_);
      arrived.swap(inbox_);
      stopping = stopping_;
    }
    for (waiting_post& one : arrived) all.accept(std::move(one));
    all.work();
    if (!stopping) curl_multi_poll(multi_, nullptr, 0, longest_sleep_ms, nullptr);
  }
}

poster::poster(endpoint to, std::uint32_t at_once_per_host) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(ready);  // it fails only without memory, and then every attempt says so
  loop_ = std::make_unique<loop>(std::move(to), at_once_per_host);
}

poster::~poster() = default;

void poster::post(http_post what, end_handler done) {
  loop_->add({std::move(what), std::move(done)});
}

}  // namespace beckon::adapters
