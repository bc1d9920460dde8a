// Collects what is wrong with one rule file, each problem with its line for the caret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/settings.hpp"

namespace beckon::language {

/// A place in a rule file; lines and columns (in characters) count from 1.
struct position {
  int line = 1;
  int column = 1;
};

/// The problems of one file. Keeps at most 100: what follows that many is noise.
class reporter {
 public:
  /// `text` must outlive the reporter.
  reporter(std::string_view text, std::string_view file);

  void error(position at, std::string message, std::string hint = {});
  void warn(position at, std::string message, std::string hint = {});

  bool failed() const noexcept { return errors_ > 0; }
  std::size_t errors() const noexcept { return errors_; }

  /// The problems in text order; the reporter is empty afterwards.
  problems take();

 private:
  void add(position at, std::string message, std::string hint, bool warning);
  std::string line(int number) const;

  std::string_view text_;
  std::string file_;
  std::vector<std::size_t> line_starts_;
  std::size_t errors_ = 0;
  problems found_;
};

/// `text` in single quotes for a message, cut to a readable length.
std::string shown(std::string_view text);

/// "did you mean 'x'?" when a known word is near, else `otherwise`.
std::string suggest(std::string_view word, const std::vector<std::string>& known,
                    std::string otherwise = {});

/// The same; where none is near, the first eight names there are.
std::string suggest_or_list(std::string_view word, const std::vector<std::string>& known);

}  // namespace beckon::language
