#include "adapters/curl/webhook_sender.hpp"

#include <chrono>

#include "adapters/curl/answer.hpp"
#include "adapters/curl/poster.hpp"
#include "adapters/curl/signature.hpp"

namespace beckon::adapters {
namespace {

/// W3C Trace Context: the occurrence is the trace, the delivery the span.
std::string traceparent(const port::delivery& what) {
  const hash128 span{0, what.id.low == 0 ? 1 : what.id.low};
  return "traceparent: 00-" + to_hex(what.occurrence) + "-" + to_hex(span).substr(16) + "-01";
}

class webhook_sender final : public port::sender {
 public:
  explicit webhook_sender(webhook_options options)
      : options_(std::move(options)), posts_(options_, options_.concurrent_per_host) {}

  void send(port::delivery what, receipt_handler done) override {
    http_post post;
    post.url = what.address.empty() ? options_.url : what.address;
    post.body = std::move(what.body);
    post.timeout = options_.timeout;
    post.headers = [this, what = std::move(what)](std::string_view body) {
      return headers_of(what, body);
    };
    posts_.post(std::move(post),
                [done = std::move(done)](const attempt_end& end) { done(judge(end)); });
  }

 private:
  std::vector<std::string> headers_of(const port::delivery& what, std::string_view body) const {
    const std::string id = to_hex(what.id);
    const std::int64_t now =
        std::chrono::floor<std::chrono::seconds>(options_.now()).time_since_epoch().count();
    std::vector<std::string> all = {"webhook-id: " + id,
                                    "webhook-timestamp: " + std::to_string(now),
                                    "Content-Type: " + what.content_type, traceparent(what)};
    if (!options_.key.empty())
      all.push_back("webhook-signature: " + signature(options_.key, id, now, body));
    return all;
  }

  const webhook_options options_;
  poster posts_;  ///< last: its thread uses the options
};

}  // namespace

std::unique_ptr<port::sender> make_webhook_sender(webhook_options options) {
  if (!options.now) {
    options.now = [] { return std::chrono::floor<duration>(std::chrono::system_clock::now()); };
  }
  return std::make_unique<webhook_sender>(std::move(options));
}

}  // namespace beckon::adapters
