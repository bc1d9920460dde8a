#include "topology/known_past_json.hpp"

#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <optional>
#include <string>

namespace beckon::topology {
namespace {

std::string hex_of(std::uint64_t structure) {
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, structure);
  return text;
}

std::optional<std::uint64_t> structure_in(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, 16);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

nlohmann::json to_json(const cep::known_past& known) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [structure, since] : known) json[hex_of(structure)] = to_ms(since);
  return json;
}

result<cep::known_past> known_past_in(const nlohmann::json& json) {
  cep::known_past known;
  if (!json.is_object()) return error{errc::corrupt, "is no JSON object"};
  for (const auto& [name, since] : json.items()) {
    const auto structure = structure_in(name);
    if (!structure || !since.is_number_integer())
      return error{errc::corrupt, "'" + name + "' is no look-back and its time"};
    known.emplace(*structure, from_ms(since.get<std::int64_t>()));
  }
  return known;
}

}  // namespace beckon::topology
