// Collects what is wrong with one rule file, each problem with its line for the caret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/settings.hpp"
#include "engine/language/topic.hpp"

namespace beckon::language {

/// A place in a rule file; lines and columns (in characters) count from 1.
struct position {
  int line = 1;
  int column = 1;
  int length = 1;  ///< characters of the span that is meant, all on this line
};

/// The problems of one file. Keeps at most 100: what follows that many is noise.
class reporter {
 public:
  /// `text` must outlive the reporter.
  reporter(std::string_view text, std::string_view file);

  /// `broken`: the rule of the language that the text breaks, where one is to name.
  void error(position at, std::string message, std::string hint = {}, topic broken = topic::none);
  void warn(position at, std::string message, std::string hint = {}, topic broken = topic::none);

  bool failed() const noexcept { return errors_ > 0; }
  std::size_t errors() const noexcept { return errors_; }

  /// Whether an error stands at `from` or behind it, and before `to`. True when in doubt.
  bool failed_between(position from, position to) const noexcept;

  /// The problems in text order; the reporter is empty afterwards.
  problems take();

 private:
  void add(position at, std::string message, std::string hint, topic broken, bool warning);
  std::string line(int number) const;

  std::string_view text_;
  std::string file_;
  std::vector<std::size_t> line_starts_;
  std::size_t errors_ = 0;
  problems found_;
};

/// `text` in quotes for a message, cut to a readable length.
std::string shown(std::string_view text, char quote = '\'');

/// "did you mean 'x'?" when a known word is near, else `otherwise`.
std::string suggest(std::string_view word, const std::vector<std::string>& known,
                    std::string otherwise = {});

/// The same; where none is near, the first eight names there are.
std::string suggest_or_list(std::string_view word, const std::vector<std::string>& known);

}  // namespace beckon::language
