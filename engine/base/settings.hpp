// A parsed configuration value that remembers where it stood: what YAML files become before anything reads them.
// Filters and channels take their options from it, so the engine needs no YAML library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/base/value.hpp"

namespace beckon {

/// One thing wrong with a configuration or a rule: where, what, why, how to mend it.
struct problem {
  std::string file;
  int line = 0;  ///< from 1; 0 when the whole file is meant
  int column = 0;
  std::string message;  ///< what is wrong and why
  std::string hint = {};     ///< how to fix it; may be empty
  bool warning = false;
  std::string source_line = {};  ///< the line itself, for the caret; empty when not shown
  int length = 1;  ///< characters from the column on that are meant, on this line
  std::string reference = {};  ///< the rule of the language that is broken; empty when there is none

  /// "file:line:col: error: message" with source line, underlined span, hint and reference on lines of their own
  /// where known.
  std::string to_string() const;
};

/// Collects problems, so that one run reports all of them.
using problems = std::vector<problem>;
bool has_errors(const problems& list) noexcept;

/// A node of a configuration tree: null, a scalar, a list or a map in file order. Immutable once parsed.
class settings {
 public:
  enum class shape : std::uint8_t { null, scalar, list, map };
  struct member;

  shape what = shape::null;
  std::string scalar;         ///< the scalar's text as written (unquoted)
  bool quoted = false;        ///< the scalar was quoted: it is text whatever it looks like
  std::vector<settings> items;  ///< a list's items
  std::vector<member> members;  ///< a map's members, in file order
  std::string file;
  int line = 0;
  int column = 0;

  /// The member's value, or nullptr when this is no map or has no such key.
  const settings* find(std::string_view key) const noexcept;

  /// A problem at this node.
  problem at(std::string message, std::string hint = {}) const;
};

struct settings::member {
  std::string key;
  int line = 0;
  int column = 0;
  settings content;
};

/// Reads the members of one map, reporting wrong types, missing and unknown keys (with the nearest known one).
/// Every getter notes its key as known; `finish` then reports what is left over.
class settings_reader {
 public:
  /// `what` names the object in messages: "filter 'night'". A node that is no map is reported at once.
  settings_reader(const settings& node, std::string what, problems& out);

  std::string text(std::string_view key, std::optional<std::string> fallback = std::nullopt);
  std::int64_t integer(std::string_view key, std::optional<std::int64_t> fallback, std::int64_t least,
                       std::int64_t most);
  double real(std::string_view key, std::optional<double> fallback, double least, double most);
  bool boolean(std::string_view key, std::optional<bool> fallback = std::nullopt);
  duration span(std::string_view key, std::optional<duration> fallback = std::nullopt);
  std::optional<timestamp> time(std::string_view key, std::string_view zone = "UTC");
  std::vector<std::string> texts(std::string_view key, bool required = false);
  /// One of `allowed`; the message lists them.
  std::string choice(std::string_view key, const std::vector<std::string>& allowed,
                     std::optional<std::string> fallback = std::nullopt);
  /// The raw node, or nullptr (reported when `required`).
  const settings* node(std::string_view key, bool required = false);

  /// Reports unknown keys. Call once, last.
  void finish();

 private:
  const settings* take(std::string_view key, bool required);

  const settings& node_;
  std::string what_;
  problems& out_;
  std::vector<std::string> known_;
};

/// The known word nearest to `word` (edit distance at most a third of its length), or "".
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace beckon
