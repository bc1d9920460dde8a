#include <cmath>

#include "engine/access/normalise.hpp"

namespace beckon {
namespace {

error mismatch(const value& v, value_type wanted, std::string_view why = "") {
  std::string message =
      "must be " + std::string(to_string(wanted)) + ", not " + std::string(to_string(v.type()));
  if (!why.empty()) message += " (" + std::string(why) + ")";
  return error{errc::invalid, std::move(message)};
}

error not_finite() {
  return error{errc::invalid, "must be a finite number"};
}

result<value> to_integer(const value& v) {
  const double* d = v.as_real();
  if (d == nullptr) return mismatch(v, value_type::integer);
  if (!(*d >= -0x1p63 && *d < 0x1p63) || *d != std::trunc(*d)) {
    return mismatch(v, value_type::integer, "it is not whole");
  }
  return value(static_cast<std::int64_t>(*d));
}

result<value> to_real(const value& v) {
  const std::int64_t* i = v.as_integer();
  if (i == nullptr) return mismatch(v, value_type::real);
  const auto d = static_cast<double>(*i);
  if (d >= 0x1p63 || static_cast<std::int64_t>(d) != *i) {
    return mismatch(v, value_type::real, "a double cannot hold it exactly");
  }
  return value(d);
}

result<value> to_span(const value& v) {
  if (const std::int64_t* ms = v.as_integer()) return value(duration{*ms});
  if (const std::string* text = v.as_text()) {
    const auto parsed = parse_duration(*text);
    if (!parsed) return parsed.error();
    return value(*parsed);
  }
  return mismatch(v, value_type::span);
}

}  // namespace

result<timestamp> read_time(const value& v, const std::string& zone) {
  timestamp t;
  if (const timestamp* given = v.as_time()) {
    t = *given;
  } else if (const std::int64_t* ms = v.as_integer()) {
    t = from_ms(*ms);
  } else if (const std::string* text = v.as_text()) {
    const auto parsed = parse_time(*text, zone);
    if (!parsed) return parsed.error();
    t = *parsed;
  } else if (v.as_real() != nullptr && !std::isfinite(*v.as_real())) {
    return not_finite();
  } else {
    return mismatch(v, value_type::time);
  }
  if (t < earliest_time || t > latest_time) {
    return error{errc::invalid,
                 "must be a time in the years 0 to 9999 (integers are ms since 1970)"};
  }
  return t;
}

result<value> convert(value v, value_type wanted, const std::string& zone) {
  if (v.as_real() != nullptr && !std::isfinite(*v.as_real())) return not_finite();
  if (wanted == value_type::time) {
    const auto time = read_time(v, zone);
    if (!time) return time.error();
    return value(*time);
  }
  if (v.type() == wanted || v.is_null() || wanted == value_type::null) return v;
  switch (wanted) {
    case value_type::integer:
      return to_integer(v);
    case value_type::real:
      return to_real(v);
    case value_type::span:
      return to_span(v);
    case value_type::text:
      if (v.as_integer() != nullptr) return value(std::to_string(*v.as_integer()));
      break;
    default:
      break;
  }
  return mismatch(v, wanted);
}

}  // namespace beckon
