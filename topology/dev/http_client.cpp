#include "topology/dev/http_client.hpp"

#include <curl/curl.h>

namespace beckon::topology {
namespace {

std::size_t collect(char* data, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

}  // namespace

struct http_client::parts {
  CURL* handle = curl_easy_init();
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  ~parts() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(handle);
  }
};

http_client::http_client() : parts_(std::make_unique<parts>()) {}
http_client::~http_client() = default;

result<http_answer_text> http_client::perform(const std::string& url, const std::string* json,
                                              const std::string& token) {
  http_answer_text answer;
  CURL* h = parts_->handle;
  curl_easy_reset(h);
  curl_easy_setopt(h, CURLOPT_URL, url.c_str());
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, 15'000L);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &collect);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer.body);
  if (!token.empty()) {
    curl_easy_setopt(h, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(h, CURLOPT_XOAUTH2_BEARER, token.c_str());
  }
  if (json) {
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, parts_->headers);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, static_cast<long>(json->size()));
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, json->data());
  }
  if (const auto code = curl_easy_perform(h); code != CURLE_OK) {
    return error{errc::unavailable, curl_easy_strerror(code), url};
  }
  long status = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

result<http_answer_text> http_client::get(const std::string& url) {
  return perform(url, nullptr, {});
}
result<http_answer_text> http_client::post(const std::string& url, const std::string& json,
                                           const std::string& token) {
  return perform(url, &json, token);
}

}  // namespace beckon::topology
