#include "adapters/curl/transfer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <sys/socket.h>

#include "adapters/curl/address_guard.hpp"

namespace beckon::adapters {
namespace {

constexpr std::size_t most_response_bytes = std::size_t{64} << 10;
constexpr std::size_t longest_status_text = 80;

template <class Value>
bool set(CURL* easy, CURLoption option, Value value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

/// "HTTP/1.1 503 Service Unavailable\r\n" → "503 Service Unavailable", printable characters only.
std::string status_text_of(std::string_view line) {
  line.remove_prefix(std::min(line.find(' '), line.size() - 1) + 1);
  std::string out;
  for (const char c : line.substr(0, longest_status_text)) {
    if (c >= ' ' && c < '\x7F') out += c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

/// A line break in a header would begin another one.
bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F';
  });
}

}  // namespace

transfer::transfer(const endpoint& to, http_post what, end_handler done)
    : to_(to), what_(std::move(what)), done_(std::move(done)), easy_(curl_easy_init()) {}

transfer::~transfer() {
  curl_slist_free_all(headers_);
  curl_easy_cleanup(easy_);
}

std::unique_ptr<transfer> transfer::make(const endpoint& to, http_post what, end_handler done) {
  std::unique_ptr<transfer> out(new transfer(to, std::move(what), std::move(done)));
  if (out->easy_ != nullptr && out->prepare()) return out;
  attempt_end end;
  end.code = CURLE_FAILED_INIT;
  end.failure = "the request could not be prepared";
  out->done_(std::move(end));
  return nullptr;
}

transfer& transfer::of(CURL* handle) {
  char* self = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self);
  return *reinterpret_cast<transfer*>(self);
}

bool transfer::add_header(const std::string& line) {
  curl_slist* longer = is_one_line(line) ? curl_slist_append(headers_, line.c_str()) : nullptr;
  if (longer != nullptr) headers_ = longer;
  return longer != nullptr;
}

bool transfer::add_headers() {
  bool good = add_header("Expect:") && add_header("Accept:");
  for (const std::string& line : what_.headers(what_.body)) good = good && add_header(line);
  for (const auto& [name, text] : to_.headers) {
    // libcurl sends a header without content only when it ends with a semicolon.
    good = good && add_header(text.empty() ? name + ";" : name + ": " + text);
  }
  return good;
}

bool transfer::add_body() {
  if (what_.asks) return set(easy_, CURLOPT_POSTFIELDS, what_.body.c_str());
  // A read function without a way to rewind: when a kept connection turns out dead after the body
  // went out, libcurl must report that instead of quietly sending it twice.
  return set(easy_, CURLOPT_READFUNCTION, &transfer::give_body) &&
         set(easy_, CURLOPT_READDATA, static_cast<void*>(this));
}

bool transfer::prepare() {
  CURL* easy = easy_;
  const auto milliseconds = [](duration d) { return static_cast<long>(d.count()); };
  return add_headers() && set(easy, CURLOPT_URL, what_.url.c_str()) &&
         set(easy, CURLOPT_PRIVATE, static_cast<void*>(this)) &&
         set(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(failure_)) &&
         set(easy, CURLOPT_POST, 1L) &&
         set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(what_.body.size())) &&
         add_body() && set(easy, CURLOPT_WRITEFUNCTION, &transfer::take_body) &&
         set(easy, CURLOPT_WRITEDATA, static_cast<void*>(this)) &&
         set(easy, CURLOPT_HEADERFUNCTION, &transfer::take_header) &&
         set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this)) &&
         set(easy, CURLOPT_OPENSOCKETFUNCTION, &transfer::open_socket) &&
         set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this)) &&
         set(easy, CURLOPT_HTTPHEADER, headers_) && set(easy, CURLOPT_USERAGENT, "beckon") &&
         set(easy, CURLOPT_PROTOCOLS_STR, "http,https") && set(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
         // A proxy from the environment would resolve names for us, past the address guard.
         set(easy, CURLOPT_PROXY, "") &&
         set(easy, CURLOPT_HTTP_VERSION,
             static_cast<long>(to_.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)) &&
         set(easy, CURLOPT_PIPEWAIT, 1L) && set(easy, CURLOPT_NOSIGNAL, 1L) &&
         set(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(to_.connect_timeout)) &&
         set(easy, CURLOPT_TIMEOUT_MS, milliseconds(what_.timeout)) &&
         (to_.ca_file.empty() || set(easy, CURLOPT_CAINFO, to_.ca_file.c_str()));
}

void transfer::finish(CURLcode code) {
  done_(end_of(code));
}

void transfer::abandon() {
  attempt_end end = end_of(CURLE_ABORTED_BY_CALLBACK);
  end.failure = "Beckon stopped before the answer came";
  done_(std::move(end));
}

attempt_end transfer::end_of(CURLcode code) {
  attempt_end end;
  end.code = code;
  end.failure = failure_;
  long status = 0;
  curl_off_t patience = 0;
  curl_off_t ready_to_send = 0;
  long sent = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &patience);
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &ready_to_send);
  curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &sent);
  if (status >= 200) {  // not the interim 1xx
    end.status = status;
    end.status_text = status_text_;
  }
  if (patience > 0) end.retry_after = std::chrono::seconds{patience};
  end.may_have_been_sent = sent > 0 || ready_to_send > 0 || given_ > 0;
  end.address_refused = refused_address_ && !allowed_address_ && !end.may_have_been_sent;
  end.too_large = taken_ > most_response_bytes;
  end.body = std::move(response_);
  return end;
}

size_t transfer::give_body(char* out, size_t size, size_t count, void* self) {
  transfer& t = *static_cast<transfer*>(self);
  const std::size_t n = std::min(size * count, t.what_.body.size() - t.given_);
  std::memcpy(out, t.what_.body.data() + t.given_, n);
  t.given_ += n;
  return n;
}

size_t transfer::take_body(char* bytes, size_t size, size_t count, void* self) {
  transfer& t = *static_cast<transfer*>(self);
  t.taken_ += size * count;
  if (t.taken_ > most_response_bytes) return 0;  // less than given: libcurl ends it
  if (t.what_.asks) t.response_.append(bytes, size * count);
  return size * count;
}

size_t transfer::take_header(char* bytes, size_t size, size_t count, void* self) {
  transfer& t = *static_cast<transfer*>(self);
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) t.status_text_ = status_text_of(line);
  t.taken_ += line.size();
  return t.taken_ > most_response_bytes ? 0 : line.size();
}

curl_socket_t transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  transfer& t = *static_cast<transfer*>(self);
  const bool internet = address->family == AF_INET || address->family == AF_INET6;
  if (!internet || (!t.to_.allow_private && !is_public(address->addr))) {
    t.refused_address_ = true;
    return CURL_SOCKET_BAD;
  }
  t.allowed_address_ = true;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace beckon::adapters
