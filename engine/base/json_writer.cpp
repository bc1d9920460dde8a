#include "engine/base/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace beckon {
namespace {

template <class Number>
void append_digits(std::string& out, Number n) {
  std::array<char, 32> buffer;
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), n).ptr);
}

void append_json_real(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out += "null";
    return;
  }
  const std::size_t from = out.size();
  append_digits(out, v);
  if (out.find_first_of(".e", from) == std::string::npos) out += ".0";
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json(std::string& out, const value& v) {
  switch (v.type()) {
    case value_type::null:
      out += "null";
      return;
    case value_type::boolean:
      out += *v.as_boolean() ? "true" : "false";
      return;
    case value_type::integer:
      return append_digits(out, *v.as_integer());
    case value_type::real:
      return append_json_real(out, *v.as_real());
    case value_type::text:
      return append_json_text(out, *v.as_text());
    case value_type::span:
      return append_digits(out, v.as_span()->count());
    case value_type::time:
      return append_json_text(out, to_rfc3339(*v.as_time()));
    case value_type::list:
      break;
  }
  out += '[';
  bool first = true;
  for (const value& item : *v.as_list()) {
    if (!first) out += ',';
    first = false;
    append_json(out, item);
  }
  out += ']';
}

void append_json(std::string& out, const field_list& fields) {
  out += '{';
  bool first = true;
  for (const field& f : fields) {
    if (!first) out += ',';
    first = false;
    append_json_text(out, f.name);
    out += ':';
    append_json(out, f.content);
  }
  out += '}';
}

std::string to_json(const value& v) {
  std::string out;
  append_json(out, v);
  return out;
}

std::string to_json(const field_list& fields) {
  std::string out;
  append_json(out, fields);
  return out;
}

}  // namespace beckon
