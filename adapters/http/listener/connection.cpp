#include "adapters/http/listener/connection.hpp"

#include <algorithm>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

namespace beckon::adapters {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t first_read = 4096;
constexpr std::size_t most_kept = 16 * 1024;  ///< of buffer by an idle connection
constexpr std::size_t most_lingered = 1024 * 1024;
constexpr std::chrono::milliseconds linger_after_refusal{2000};  ///< the client still sends
constexpr std::chrono::milliseconds linger_after_answer{200};    ///< it might have begun to

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

http_request request_of(const http::request<http::string_body>& message) {
  http_request out;
  out.method = view(message.method_string());
  const std::string_view target = view(message.target());
  out.path = target.substr(0, target.find('?'));
  out.query = target.substr(std::min(out.path.size() + 1, target.size()));
  out.body = message.body();
  for (const auto& field : message)
    out.headers.emplace_back(view(field.name_string()), view(field.value()));
  return out;
}

}  // namespace

http_connection::http_connection(worker_socket socket, std::shared_ptr<http_worker> worker)
    : stream_(std::move(socket)),
      worker_(worker),
      serving_(worker->serving()),
      answer_timer_(stream_.get_executor()) {
  serving_->enter();
}

http_connection::~http_connection() {
  release_body();
  serving_->leave();
}

void http_connection::start() {
  error_code ignored;  // without TCP_NODELAY it works too
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  wait_request();
}

void http_connection::wind_down() {
  if (idle_) close();
}

void http_connection::wait_request() {
  parser_.reset();
  release_body();
  if (serving_->winding_down) return end_gently();
  if (buffer_.size() > 0) return read_head();
  if (buffer_.capacity() > most_kept) buffer_.shrink_to_fit();
  idle_ = true;
  stream_.expires_after(serving_->options.idle_timeout);
  stream_.async_read_some(buffer_.prepare(first_read),
                          [self = shared_from_this()](error_code failure, std::size_t bytes) {
                            self->idle_ = false;
                            if (failure) return self->close();
                            self->buffer_.commit(bytes);
                            self->read_head();
                          });
}

void http_connection::read_head() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(serving_->options.max_header));
  parser_->body_limit(serving_->options.max_body);
  stream_.expires_after(serving_->options.header_timeout);
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code failure, std::size_t) { self->on_head(failure); });
}

void http_connection::on_head(error_code failure) {
  if (failure) return refuse(failure);
  keep_alive_ = parser_->get().keep_alive();
  with_body_ = parser_->get().method() != http::verb::head;
  if (!hold_body()) {
    keep_alive_ = false;
    serving_->probe.note_answer(serving_->routes.all().size(), 503, 0);
    return write(
        busy_response(serving_->options.retry_after, "too many requests are held already"));
  }
  const std::string_view expected = view(parser_->get()[http::field::expect]);
  if (!equal_ignoring_case(expected, "100-continue") || parser_->is_done()) return read_body();
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(serving_->options.write_timeout);
  asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()),
                    [self = shared_from_this()](error_code failed, std::size_t) {
                      if (!self->gave_up(failed)) self->read_body();
                    });
}

/// Counts the body before it is read: what it says it is, or for a chunked one the most it may be.
bool http_connection::hold_body() {
  const auto length = parser_->content_length();
  const std::size_t wanted = parser_->chunked() ? serving_->options.max_body
                             : length           ? static_cast<std::size_t>(*length)
                                                : 0;
  held_ = wanted;
  return serving_->held.fetch_add(wanted) + wanted <= serving_->options.max_held;
}

void http_connection::release_body() noexcept {
  serving_->held.fetch_sub(held_);
  held_ = 0;
}

void http_connection::read_body() {
  if (parser_->is_done()) return dispatch();
  stream_.expires_after(serving_->options.body_timeout);
  http::async_read(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code failure, std::size_t) { self->on_body(failure); });
}

void http_connection::on_body(error_code failure) {
  if (failure) return refuse(failure);
  dispatch();
}

/// Answers a request that cannot be read, where the client is still there, and ends the connection.
void http_connection::refuse(error_code failure) {
  const bool ended =
      failure == http::error::end_of_stream || failure == http::error::partial_message;
  if (ended || failure.category() != http::make_error_code(http::error::bad_value).category()) {
    gave_up(failure);
    return;
  }
  keep_alive_ = false;
  int status = 400;
  std::string message = "the request is malformed: " + failure.message();
  if (failure == http::error::header_limit) {
    status = 431;
    message = "the head is larger than " + std::to_string(serving_->options.max_header) + " bytes";
  } else if (failure == http::error::body_limit) {
    status = 413;
    message = "the body is larger than " + std::to_string(serving_->options.max_body) + " bytes";
  }
  serving_->probe.note_answer(serving_->routes.all().size(), status, 0);
  write(error_response(status, message));
}

void http_connection::dispatch() {
  stream_.expires_never();
  received_ = std::chrono::steady_clock::now();
  under_way_ = true;
  ++serial_;
  http_request request = request_of(parser_->get());
  const auto& all = serving_->routes.all();
  const http_routes::found found = serving_->routes.find(request);
  route_ = found.route == nullptr ? all.size() : static_cast<std::size_t>(found.route - all.data());
  if (found.route != nullptr) {
    found.route->handler(request, make_answer());
    return expect_answer();
  }
  http_response response = found.allowed.empty()
                               ? error_response(404, "there is nothing at this path")
                               : error_response(405, "this path takes " + found.allowed);
  if (!found.allowed.empty()) response.headers.emplace_back("Allow", found.allowed);
  answered(serial_, response);
}

http_answer http_connection::make_answer() {
  return
      [worker = worker_, connection = weak_from_this(), serial = serial_](http_response response) {
        const auto alive = worker.lock();
        if (alive == nullptr) return;
        asio::dispatch(alive->context(), [connection, serial, response = std::move(response)] {
          if (const auto self = connection.lock()) self->answered(serial, response);
        });
      };
}

void http_connection::expect_answer() {
  if (!under_way_) return;
  answer_timer_.expires_after(serving_->options.answer_timeout);
  answer_timer_.async_wait([self = shared_from_this(), serial = serial_](error_code failure) {
    if (!failure)
      self->answered(serial,
                     busy_response(self->serving_->options.retry_after, "no answer in time"));
  });
}

void http_connection::answered(std::uint64_t serial, const http_response& response) {
  if (!under_way_ || serial != serial_) return;
  under_way_ = false;
  answer_timer_.cancel();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - received_;
  serving_->probe.note_answer(route_, response.status, taken.count());
  write(response);
}

void http_connection::write(const http_response& response) {
  keep_alive_ = keep_alive_ && !serving_->winding_down;
  outgoing_ = to_bytes(response, keep_alive_, with_body_, http_date_now());
  stream_.expires_after(serving_->options.write_timeout);
  asio::async_write(
      stream_, asio::buffer(outgoing_),
      [self = shared_from_this()](error_code failure, std::size_t) { self->on_written(failure); });
}

void http_connection::on_written(error_code failure) {
  if (gave_up(failure)) return;
  if (keep_alive_) return wait_request();
  end_gently();
}

/// Says that nothing more will come, then lingers.
void http_connection::end_gently() {
  error_code ignored;  // the client may be gone: reading finds out
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  const bool whole = !parser_ || parser_->is_done();
  stream_.expires_after(whole ? linger_after_answer : linger_after_refusal);
  lingered_ = buffer_.size();
  linger();
}

/// Reads what the client still sends, for a while: closing at once would reset the connection and
/// lose the answer.
void http_connection::linger() {
  parser_.reset();
  release_body();
  buffer_.clear();
  if (lingered_ > most_lingered) return close();
  stream_.async_read_some(buffer_.prepare(first_read),
                          [self = shared_from_this()](error_code failure, std::size_t bytes) {
                            if (failure) return self->close();
                            self->lingered_ += bytes;
                            self->linger();
                          });
}

bool http_connection::gave_up(error_code failure) noexcept {
  if (!failure) return false;
  if (failure == beast::error::timeout) serving_->probe.timed_out.add();
  close();
  return true;
}

void http_connection::close() noexcept {
  error_code ignored;  // closed is closed
  stream_.socket().close(ignored);
  answer_timer_.cancel();
  under_way_ = false;
  if (const auto worker = worker_.lock()) worker->remove(shared_from_this());
}

}  // namespace beckon::adapters
