// One HTTP connection: read a request, have it answered, write, again. Lives on its worker's
// thread.
#pragma once

// Beast 1.74 needs <utility> before its own headers.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "adapters/http/listener/worker.hpp"

namespace beckon::adapters {

using worker_executor = boost::asio::io_context::executor_type;
using worker_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, worker_executor>;

class http_connection : public std::enable_shared_from_this<http_connection> {
 public:
  http_connection(worker_socket socket, std::shared_ptr<http_worker> worker);
  ~http_connection();

  void start();
  /// Ends the connection at once where no request is under way, else after its answer.
  void wind_down();

 private:
  using error_code = boost::beast::error_code;
  using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void wait_request();
  void read_head();
  void on_head(error_code failure);
  void read_body();
  void on_body(error_code failure);
  void refuse(error_code failure);
  bool hold_body();
  void release_body() noexcept;
  void dispatch();
  http_answer make_answer();
  void expect_answer();
  void answered(std::uint64_t serial, const http_response& response);
  void write(const http_response& response);
  void on_written(error_code failure);
  void end_gently();
  void linger();
  void close() noexcept;
  bool gave_up(error_code failure) noexcept;

  boost::beast::basic_stream<boost::asio::ip::tcp, worker_executor> stream_;
  std::weak_ptr<http_worker> worker_;
  std::shared_ptr<http_serving> serving_;
  boost::beast::flat_buffer buffer_;
  std::optional<request_parser> parser_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    worker_executor>
      answer_timer_;
  std::string outgoing_;
  std::size_t held_ = 0;      ///< bytes of the body, counted in serving().held
  std::size_t lingered_ = 0;  ///< bytes thrown away since the last answer
  std::size_t route_ = 0;     ///< of the request under way
  std::uint64_t serial_ = 0;  ///< of the request under way
  std::chrono::steady_clock::time_point received_;
  bool under_way_ = false;  ///< a request was read and not yet answered
  bool idle_ = false;       ///< waits for a request's first byte
  bool keep_alive_ = false;
  bool with_body_ = true;
};

}  // namespace beckon::adapters
