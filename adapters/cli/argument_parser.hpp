// Reads the words after a command's name against its declaration. Used by arguments.cpp only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/cli/arguments.hpp"

namespace beckon::adapters {

/// One pass over one command's words. Refers to both arguments of the constructor.
class argument_parser {
 public:
  argument_parser(const command_spec& command, const std::vector<option_spec>& shared);

  /// Reads words from `first` on. The message of the first mistake, or none.
  std::optional<std::string> read(const std::vector<std::string>& words, std::size_t first);

  arguments take() { return std::move(out_); }

 private:
  using mistake = std::optional<std::string>;

  const option_spec* find(std::string_view name) const;
  std::string unknown(std::string_view name) const;
  mistake read_option(const std::vector<std::string>& words, std::size_t& at);
  mistake read_positional(const std::string& word);
  mistake accept(const option_spec& option, std::string text);
  mistake finish();

  const command_spec& command_;
  const std::vector<option_spec>& shared_;
  arguments out_;
  std::size_t positional_ = 0;
};

}  // namespace beckon::adapters
