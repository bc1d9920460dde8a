// One attempt on its way: a libcurl easy handle with everything it points to. Lives on the sender's
// thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "adapters/curl/answer.hpp"
#include "adapters/curl/webhook_sender.hpp"

namespace beckon::adapters {

class transfer {
 public:
  /// nullptr when libcurl has no memory. `options` must outlive the transfer.
  static std::unique_ptr<transfer> make(const webhook_options& options, port::delivery what,
                                        port::sender::receipt_handler done);
  ~transfer();
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;

  CURL* handle() const noexcept { return easy_; }
  static transfer& of(CURL* handle);

  /// Answers the delivery; call once. `code`: how libcurl ended it.
  void finish(CURLcode code);
  /// Answers it as it stands when the sender stops.
  void abandon();

  std::string origin;  ///< whose place it takes

 private:
  transfer(const webhook_options& options, port::delivery what, port::sender::receipt_handler done);
  bool prepare();
  bool add_header(const std::string& line);
  bool add_headers();
  attempt_end end_of(CURLcode code) const;

  static size_t give_body(char* out, size_t size, size_t count, void* self);
  static size_t take_body(char* bytes, size_t size, size_t count, void* self);
  static size_t take_header(char* bytes, size_t size, size_t count, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  const webhook_options& options_;
  port::delivery what_;
  port::sender::receipt_handler done_;
  CURL* easy_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::size_t given_ = 0;  ///< bytes of the body handed to libcurl
  std::size_t taken_ = 0;  ///< bytes of the response's head and body
  bool refused_address_ = false;
  bool allowed_address_ = false;
  std::string status_text_;
  char failure_[CURL_ERROR_SIZE] = {};
};

}  // namespace beckon::adapters
