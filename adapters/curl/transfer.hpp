// One POST on its way: a libcurl easy handle with everything it points to. Lives on the poster's
// thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "adapters/curl/endpoint.hpp"
#include "adapters/curl/post.hpp"

namespace beckon::adapters {

class transfer {
 public:
  /// nullptr, and `done` told, when it could not be prepared. `to` must outlive the transfer.
  static std::unique_ptr<transfer> make(const endpoint& to, http_post what, end_handler done);
  ~transfer();
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;

  CURL* handle() const noexcept { return easy_; }
  static transfer& of(CURL* handle);

  /// Tells the end; call once. `code`: how libcurl ended it.
  void finish(CURLcode code);
  /// Tells it as it stands when the poster stops.
  void abandon();

  std::string origin;  ///< whose place it takes

 private:
  transfer(const endpoint& to, http_post what, end_handler done);
  bool prepare();
  bool add_header(const std::string& line);
  bool add_headers();
  bool add_body();
  attempt_end end_of(CURLcode code);

  static size_t give_body(char* out, size_t size, size_t count, void* self);
  static size_t take_body(char* bytes, size_t size, size_t count, void* self);
  static size_t take_header(char* bytes, size_t size, size_t count, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  const endpoint& to_;
  http_post what_;
  end_handler done_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::size_t given_ = 0;  ///< bytes of the body handed to libcurl
  std::size_t taken_ = 0;  ///< bytes of the response's head and body
  bool refused_address_ = false;
  bool allowed_address_ = false;
  std::string status_text_;
  std::string response_;
  char failure_[CURL_ERROR_SIZE] = {};
};

}  // namespace beckon::adapters
