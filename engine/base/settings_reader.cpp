#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/base/settings.hpp"

namespace beckon {
namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "" : "did you mean '" + near + "'?";
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number n{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

/// YAML 1.1 reads 010 as 8 and other readers as 10: refuse it.
bool has_leading_zero(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

bool is_scalar(const settings& node) {
  return node.what == settings::shape::scalar;
}

std::string real_text(double n) {
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, n).ptr);
}

}  // namespace

settings_reader::settings_reader(const settings& node, std::string what, problems& out)
    : node_(node), what_(std::move(what)), out_(out) {
  if (node_.what != settings::shape::map) {
    out_.push_back(node_.at(what_ + " must be a map", "write 'key: value' lines under it"));
  }
}

const settings* settings_reader::take(std::string_view key, bool required) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  const settings* found = node_.find(key);
  if (found != nullptr && found->what != settings::shape::null) return found;
  if (required && node_.what == settings::shape::map) {
    const settings& place = found == nullptr ? node_ : *found;
    out_.push_back(
        place.at(what_ + (found == nullptr ? " lacks " : " has no value for ") + quoted(key)));
  }
  return nullptr;
}

std::string settings_reader::text(std::string_view key, std::optional<std::string> fallback) {
  const settings* found = take(key, !fallback);
  if (found != nullptr && is_scalar(*found)) return found->scalar;
  if (found != nullptr) out_.push_back(found->at(quoted(key) + " must be a text"));
  return fallback.value_or("");
}

std::int64_t settings_reader::integer(std::string_view key, std::optional<std::int64_t> fallback,
                                      std::int64_t least, std::int64_t most) {
  const settings* found = take(key, !fallback);
  if (found == nullptr) return fallback.value_or(least);
  const auto n = is_scalar(*found) && !found->quoted && !has_leading_zero(found->scalar)
                     ? whole_number<std::int64_t>(found->scalar)
                     : std::nullopt;
  if (n && *n >= least && *n <= most) return *n;
  out_.push_back(found->at(quoted(key) + " must be a whole number from " + std::to_string(least) +
                           " to " + std::to_string(most)));
  return fallback.value_or(least);
}

double settings_reader::real(std::string_view key, std::optional<double> fallback, double least,
                             double most) {
  const settings* found = take(key, !fallback);
  if (found == nullptr) return fallback.value_or(least);
  const auto n = is_scalar(*found) && !found->quoted && !has_leading_zero(found->scalar)
                     ? whole_number<double>(found->scalar)
                     : std::nullopt;
  if (n && std::isfinite(*n) && *n >= least && *n <= most) return *n;
  out_.push_back(found->at(quoted(key) + " must be a number from " + real_text(least) + " to " +
                           real_text(most)));
  return fallback.value_or(least);
}

bool settings_reader::boolean(std::string_view key, std::optional<bool> fallback) {
  const settings* found = take(key, !fallback);
  if (found == nullptr) return fallback.value_or(false);
  if (is_scalar(*found) && !found->quoted && found->scalar == "true") return true;
  if (is_scalar(*found) && !found->quoted && found->scalar == "false") return false;
  out_.push_back(found->at(quoted(key) + " must be true or false"));
  return fallback.value_or(false);
}

duration settings_reader::span(std::string_view key, std::optional<duration> fallback) {
  const settings* found = take(key, !fallback);
  if (found == nullptr) return fallback.value_or(duration::zero());
  if (!is_scalar(*found)) {
    out_.push_back(found->at(quoted(key) + " must be a duration, such as '30 min'"));
    return fallback.value_or(duration::zero());
  }
  const auto parsed = parse_duration(found->scalar);
  if (parsed) return *parsed;
  out_.push_back(found->at(quoted(key) + ": " + parsed.error().message));
  return fallback.value_or(duration::zero());
}

std::optional<timestamp> settings_reader::time(std::string_view key, std::string_view zone) {
  const settings* found = take(key, false);
  if (found == nullptr) return std::nullopt;
  if (!is_scalar(*found)) {
    out_.push_back(found->at(quoted(key) + " must be a time, such as '2024-11-11 00:00 +08:00'"));
    return std::nullopt;
  }
  const auto parsed = parse_time(found->scalar, zone);
  if (parsed) return *parsed;
  out_.push_back(found->at(quoted(key) + ": " + parsed.error().message));
  return std::nullopt;
}

std::vector<std::string> settings_reader::texts(std::string_view key, bool required) {
  const settings* found = take(key, required);
  if (found == nullptr) return {};
  if (is_scalar(*found)) return {found->scalar};
  std::vector<std::string> out;
  bool fits = found->what == settings::shape::list;
  for (const settings& item : found->items) {
    fits = fits && is_scalar(item);
    out.push_back(item.scalar);
  }
  if (fits) return out;
  out_.push_back(found->at(quoted(key) + " must be a list of texts"));
  return {};
}

std::string settings_reader::choice(std::string_view key, const std::vector<std::string>& allowed,
                                    std::optional<std::string> fallback) {
  const settings* found = take(key, !fallback);
  const std::string otherwise = fallback.value_or(allowed.empty() ? "" : allowed.front());
  if (found == nullptr) return otherwise;
  if (is_scalar(*found) &&
      std::find(allowed.begin(), allowed.end(), found->scalar) != allowed.end()) {
    return found->scalar;
  }
  const std::string given = is_scalar(*found) ? ", not " + quoted(found->scalar) : "";
  out_.push_back(found->at(quoted(key) + " must be one of " + joined(allowed) + given,
                           did_you_mean(found->scalar, allowed)));
  return otherwise;
}

const settings* settings_reader::node(std::string_view key, bool required) {
  return take(key, required);
}

void settings_reader::finish() {
  for (const settings::member& m : node_.members) {
    if (std::find(known_.begin(), known_.end(), m.key) != known_.end()) continue;
    std::string hint = did_you_mean(m.key, known_);
    if (hint.empty()) hint = "known here: " + joined(known_);
    out_.push_back(problem{node_.file, m.line, m.column, what_ + " has no key " + quoted(m.key),
                           std::move(hint)});
  }
}

}  // namespace beckon
