// The parser of text_template: one pass, every fault reported, nothing skipped silently.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/outreach/text_template.hpp"

namespace beckon::outreach {

/// text = {literal | "{{" slot "}}"}; slot = (name | string) {"|" filter [":" argument]}.
/// Strings stand in '…' or "…" and have no escapes; a literal `{{` is written {{ "{{" }}.
class template_parser {
 public:
  /// Appends to `texts` and `slots` (texts around and between slots); all arguments outlive the
  /// parser.
  template_parser(std::string_view text, std::vector<std::string>& texts,
                  std::vector<text_template::slot>& slots, std::vector<template_fault>& faults);

  void run();

 private:
  bool ends() const noexcept { return at_ >= text_.size(); }
  bool next_is(std::string_view word) const noexcept {
    return text_.substr(at_, word.size()) == word;
  }
  void skip_blanks() noexcept;
  void literal();
  void slot();
  bool source(text_template::slot& out);
  bool filter(text_template::slot& out);
  bool argument(std::string_view filter_name, text_template::call& out);
  std::optional<std::string> quoted();
  std::string_view name(bool with_dots);
  std::string_view number();
  bool fault(std::size_t offset, std::string message, std::string hint = {});
  void resume();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t opened_ = 0;  ///< where the slot's braces stand
  std::vector<std::string>& texts_;
  std::vector<text_template::slot>& slots_;
  std::vector<template_fault>& faults_;
};

}  // namespace beckon::outreach
