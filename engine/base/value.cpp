#include "engine/base/value.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace beckon {
namespace {

constexpr std::array<std::string_view, 8> type_names = {"null",   "bool",     "int64", "double",
                                                        "string", "duration", "time",  "list"};
static_assert(type_names.size() == static_cast<std::size_t>(value_type::list) + 1);

template <class Number>
std::string shortest(Number n) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), n).ptr;
  return std::string(buffer.data(), end);
}

void append_tagged(std::string& out, char tag, std::uint64_t bits) {
  std::array<char, 9> all{tag};
  for (std::size_t i = 0; i < 8; ++i) all[i + 1] = static_cast<char>(bits >> (56 - 8 * i) & 0xFF);
  out.append(all.data(), all.size());
}

void append_real(std::string& out, double v) {
  // Whole numbers that int64 can hold take the integer's bytes: 1.0 is the key 1, and -0.0 is 0.
  if (v >= -0x1p63 && v < 0x1p63 && v == std::trunc(v)) {
    append_tagged(out, 'i', static_cast<std::uint64_t>(static_cast<std::int64_t>(v)));
  } else {
    const double one_nan = std::isnan(v) ? std::numeric_limits<double>::quiet_NaN() : v;
    append_tagged(out, 'd', std::bit_cast<std::uint64_t>(one_nan));
  }
}

// Short texts are most keys: one byte of length lets them lie in a string without an allocation.
void append_text(std::string& out, const std::string& text) {
  constexpr std::size_t longer = 0xFF;
  if (text.size() < longer) {
    const std::array<char, 2> head{'s', static_cast<char>(text.size())};
    out.append(head.data(), head.size());
  } else {
    append_tagged(out, 'S', text.size());
  }
  out += text;
}

}  // namespace

std::string_view to_string(value_type type) noexcept {
  return type_names[static_cast<std::size_t>(type)];
}

const value_list* value::as_list() const noexcept {
  const auto* shared = std::get_if<std::shared_ptr<const value_list>>(&v_);
  return shared == nullptr ? nullptr : shared->get();
}

std::optional<double> value::as_number() const noexcept {
  if (const auto* i = as_integer()) return static_cast<double>(*i);
  if (const auto* d = as_real()) return *d;
  return std::nullopt;
}

bool operator==(const value& a, const value& b) {
  if (a.type() != b.type()) return false;
  const value_list* list = a.as_list();
  return list == nullptr ? a.v_ == b.v_ : *list == *b.as_list();
}

const value* find_field(const field_list& fields, std::string_view name) noexcept {
  const auto at =
      std::find_if(fields.begin(), fields.end(), [name](const field& f) { return f.name == name; });
  return at == fields.end() ? nullptr : &at->content;
}

void set_field(field_list& fields, std::string_view name, value content) {
  const auto at =
      std::find_if(fields.begin(), fields.end(), [name](const field& f) { return f.name == name; });
  if (at == fields.end()) {
    fields.push_back({std::string(name), std::move(content)});
  } else {
    at->content = std::move(content);
  }
}

std::string to_display(const value& v) {
  switch (v.type()) {
    case value_type::null:
      return "";
    case value_type::boolean:
      return *v.as_boolean() ? "true" : "false";
    case value_type::integer:
      return shortest(*v.as_integer());
    case value_type::real:
      return shortest(*v.as_real());
    case value_type::text:
      return *v.as_text();
    case value_type::span:
      return to_string(*v.as_span());
    case value_type::time:
      return to_rfc3339(*v.as_time());
    case value_type::list:
      break;
  }
  std::string out = "[";
  for (const value& item : *v.as_list()) {
    if (out.size() > 1) out += ", ";
    out += item.is_null() ? "NULL" : to_display(item);
  }
  return out + "]";
}

void append_canonical(std::string& out, const value& v) {
  switch (v.type()) {
    case value_type::null:
      out += 'n';
      return;
    case value_type::boolean:
      out += *v.as_boolean() ? 'T' : 'F';
      return;
    case value_type::integer:
      append_tagged(out, 'i', static_cast<std::uint64_t>(*v.as_integer()));
      return;
    case value_type::real:
      append_real(out, *v.as_real());
      return;
    case value_type::text:
      append_text(out, *v.as_text());
      return;
    case value_type::span:
      append_tagged(out, 'p', static_cast<std::uint64_t>(v.as_span()->count()));
      return;
    case value_type::time:
      append_tagged(out, 't', static_cast<std::uint64_t>(to_ms(*v.as_time())));
      return;
    case value_type::list:
      break;
  }
  append_tagged(out, 'l', v.as_list()->size());
  for (const value& item : *v.as_list()) append_canonical(out, item);
}

}  // namespace beckon
