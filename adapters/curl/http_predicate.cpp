#include "adapters/curl/http_predicate.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/curl/poster.hpp"

namespace beckon::adapters {
namespace {

class http_predicate final : public port::predicate {
 public:
  explicit http_predicate(http_predicate_options options)
      : url_(options.url),
        token_(std::move(options.token)),
        posts_(std::move(options), options.most_in_flight) {}

  void ask(port::predicate_question what, reply_handler done) override {
    http_post post;
    post.url = url_;
    post.body = std::move(what.body);
    post.headers = [this](std::string_view) { return headers(); };
    post.timeout = std::max(what.patience, duration{1});
    post.asks = true;
    posts_.post(std::move(post),
                [done = std::move(done)](attempt_end end) { done(reply_of(std::move(end))); });
  }

 private:
  std::vector<std::string> headers() const {
    std::vector<std::string> all = {"Content-Type: application/json"};
    if (!token_.empty()) all.push_back("Authorization: Bearer " + token_);
    return all;
  }

  const std::string url_;
  const std::string token_;
  poster posts_;  ///< last: its thread uses the others
};

void check_token(const settings& filter, const http_predicate_options& read, problems& out) {
  const settings* named = filter.find("token_file");
  if (named == nullptr) named = filter.find("token_env");
  if (named == nullptr) return;
  const bool printable = std::all_of(read.token.begin(), read.token.end(),
                                     [](char c) { return c > ' ' && c < '\x7F'; });
  if (read.token.empty()) out.push_back(named->at("the token is empty"));
  if (!printable) {
    out.push_back(named->at("the token holds what a header cannot carry",
                            "a token is one word of printable ASCII, without spaces"));
  }
  for (const auto& [name, text] : read.headers) {
    std::string lower = name;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower == "authorization")
      out.push_back(named->at("the header 'authorization' is set by 'headers' and by the token"));
  }
}

}  // namespace

std::optional<http_predicate_options> read_http_predicate_options(const settings& filter,
                                                                  problems& out,
                                                                  const std::string& token) {
  const std::size_t before = out.size();
  http_predicate_options read;
  read.http2 = true;
  read.connect_timeout = duration{1'000};
  read.token = token;
  settings_reader reader(filter, "http_predicate", out);
  read_endpoint(reader, filter, read, out);
  check_token(filter, read, out);
  if (out.size() != before) return std::nullopt;
  return read;
}

std::unique_ptr<port::predicate> make_http_predicate(http_predicate_options options) {
  return std::make_unique<http_predicate>(std::move(options));
}

port::predicate_reply reply_of(attempt_end end) {
  using kind = port::predicate_reply::kind;
  port::predicate_reply out;
  out.status = static_cast<int>(end.status);
  out.detail = !end.failure.empty()   ? end.failure
               : end.code != CURLE_OK ? curl_easy_strerror(end.code)
                                      : end.status_text;
  if (end.too_large) {
    out.what = kind::too_large;
    out.detail = "more than 64 KiB";
  } else if (end.address_refused) {
    out.detail = "the host's address is private; not allowed here";
  } else if (end.code == CURLE_OPERATION_TIMEDOUT) {
    out.what = kind::timed_out;
  } else if (end.code == CURLE_OK && end.status != 0) {
    out.what = kind::answered;
    out.body = std::move(end.body);
  }
  return out;
}

}  // namespace beckon::adapters
