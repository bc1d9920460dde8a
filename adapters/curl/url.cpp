#include "adapters/curl/url.hpp"

#include <algorithm>
#include <memory>

#include <curl/curl.h>

namespace beckon::adapters {
namespace {

using url_handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(const url_handle& url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
  std::string out(text);
  curl_free(text);
  return out;
}

}  // namespace

result<std::string> origin_of(const std::string& url) {
  const url_handle parsed(curl_url(), &curl_url_cleanup);
  if (!parsed) return error{errc::exhausted, "no memory for a URL"};
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0);
  if (code != CURLUE_OK) return error{errc::invalid, curl_url_strerror(code)};
  const std::string scheme = part_of(parsed, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return error{errc::invalid, "only http and https URLs are allowed"};
  }
  std::string host = part_of(parsed, CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return scheme + "://" + host + ":" + part_of(parsed, CURLUPART_PORT);
}

}  // namespace beckon::adapters
