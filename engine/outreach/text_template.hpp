// A text with `{{ variable | default: "…" | upcase | downcase | truncate: 20 }}` in it: parsed once
// when the configuration is loaded, filled in for every send. The syntax is that part of Liquid's;
// there are no tags.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/value.hpp"

namespace beckon::outreach {

/// One thing wrong with a template, `offset` bytes into its text.
struct template_fault {
  std::size_t offset = 0;
  std::string message;
  std::string hint = {};
};

/// Immutable once parsed; thread-safe.
class text_template {
 public:
  /// A filter applied to a value, left to right. NULL passes through all but `otherwise`.
  struct call {
    enum class kind : std::uint8_t {
      otherwise,  ///< `default: "…"`: in place of NULL or an empty text
      upcase,     ///< ASCII letters only
      downcase,
      truncate,  ///< at most so many characters (code points), the last three being "..." where it
                 ///< was cut
    } what = kind::otherwise;
    std::string text = {};
    std::size_t length = 0;
  };

  /// One `{{ … }}`.
  struct slot {
    std::string variable = {};  ///< "order_id", "user.name"; empty: `literal` is the value
    std::string literal = {};
    std::vector<call> calls = {};
    std::size_t offset = 0;  ///< of the variable in the text
    bool has_default() const noexcept;
  };

  /// Reports every fault; with faults the template must not be used.
  static text_template parse(std::string_view text, std::vector<template_fault>& faults);

  /// In text order.
  const std::vector<slot>& slots() const noexcept { return slots_; }

  using lookup = std::function<value(std::string_view variable)>;

  /// Appends the filled-in text. Errors: `not_found` for a variable without value and default;
  /// `exhausted` when `out` would pass `most_bytes`.
  result<void> append_to(std::string& out, const lookup& find, std::size_t most_bytes) const;

 private:
  std::vector<std::string> texts_;  ///< one more than slots: around and between them
  std::vector<slot> slots_;
};

}  // namespace beckon::outreach
