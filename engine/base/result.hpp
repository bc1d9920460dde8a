// What a function that can fail returns: a value or one error. No exception crosses a function of ours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace beckon {

/// Every way a function of Beckon can fail, coarse enough to act on.
enum class errc : std::uint8_t {
  invalid,      ///< the input is wrong; the same call will fail again
  not_found,    ///< what was named does not exist
  conflict,     ///< the state of the world contradicts the request (wrong sequence, exists already)
  unavailable,  ///< a peer or device does not answer now; trying again may help
  timeout,      ///< no answer in time; it may or may not have taken effect
  exhausted,    ///< a bound was reached (full stream, full disk, too large)
  corrupt,      ///< stored or received bytes are not what they should be
  internal,     ///< a bug of ours
};

/// The name of a code as logs, metrics and JSON show it ("invalid", …).
std::string_view to_string(errc code) noexcept;

/// One error. `where` names the place a person should look at: file:line:col, a JSON pointer, a stream, …
struct error {
  errc code = errc::internal;
  std::string message;
  std::string where = {};

  /// "where: message", or the message alone.
  std::string to_string() const;
};

/// A value of T or an error.
template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  result(beckon::error e) : state_(std::in_place_index<1>, std::move(e)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  /// Only after `!ok()`.
  const beckon::error& error() const& { return std::get<1>(state_); }
  beckon::error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, beckon::error> state_;
};

/// Success or an error.
template <>
class [[nodiscard]] result<void> {
 public:
  result() = default;
  result(beckon::error e) : failed_(true), error_(std::move(e)) {}

  bool ok() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return ok(); }
  const beckon::error& error() const& { return error_; }

 private:
  bool failed_ = false;
  beckon::error error_;
};

}  // namespace beckon
