#include "topology/parse/scalars.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace beckon::topology {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<unit, 5> units = {{{"", 1},
                                        {"KiB", std::uint64_t{1} << 10},
                                        {"MiB", std::uint64_t{1} << 20},
                                        {"GiB", std::uint64_t{1} << 30},
                                        {"TiB", std::uint64_t{1} << 40}}};

std::string size_text(std::uint64_t bytes) {
  for (auto u = units.rbegin(); u != units.rend(); ++u) {
    if (bytes >= u->bytes && bytes % u->bytes == 0) {
      return std::to_string(bytes / u->bytes) + (u->name.empty() ? "" : " ") + std::string(u->name);
    }
  }
  return std::to_string(bytes);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (failed != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto known =
      std::find_if(units.begin(), units.end(), [text](const unit& u) { return u.name == text; });
  if (known == units.end() || n > UINT64_MAX / known->bytes) return std::nullopt;
  return n * known->bytes;
}

void check_name(const section& s, std::string_view key, const std::string& name) {
  const settings* written = s.node.find(key);
  if (written == nullptr || written->what != settings::shape::scalar || is_plain_name(name)) return;
  s.out.push_back(written->at("'" + std::string(key) + "' must be a name, not '" + name + "'",
                              "use letters, digits, '_' and '-' only, at most 64"));
}

}  // namespace

duration read_span(const section& s, std::string_view key, duration fallback, duration least,
                   duration most) {
  const duration read = s.reader.span(key, fallback);
  if (read >= least && read <= most) return read;
  s.out.push_back(s.node.find(key)->at("'" + std::string(key) + "' must be from " +
                                       to_string(least) + " to " + to_string(most) + ", not " +
                                       to_string(read)));
  return fallback;
}

std::uint64_t read_size(const section& s, std::string_view key, std::uint64_t fallback,
                        std::uint64_t least, std::uint64_t most) {
  const settings* written = s.reader.node(key);
  if (written == nullptr) return fallback;
  const auto size =
      written->what == settings::shape::scalar ? parse_size(written->scalar) : std::nullopt;
  if (size && *size >= least && *size <= most) return *size;
  s.out.push_back(written->at("'" + std::string(key) + "' must be a size from " + size_text(least) +
                                  " to " + size_text(most),
                              "write bytes, or a number with KiB, MiB or GiB: 64 MiB"));
  return fallback;
}

std::uint32_t read_count(const section& s, std::string_view key, std::uint32_t fallback,
                         std::uint32_t least, std::uint32_t most) {
  return static_cast<std::uint32_t>(s.reader.integer(key, fallback, least, most));
}

bool is_plain_name(std::string_view text) noexcept {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits);
}

std::string read_name(const section& s, std::string_view key, std::string fallback) {
  std::string name = s.reader.text(key, std::move(fallback));
  check_name(s, key, name);
  return name;
}

std::string read_name(const section& s, std::string_view key) {
  std::string name = s.reader.text(key);
  check_name(s, key, name);
  return name;
}

}  // namespace beckon::topology
