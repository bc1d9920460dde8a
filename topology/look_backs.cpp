#include "topology/look_backs.hpp"

#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <optional>

#include <nlohmann/json.hpp>

#include "topology/directory.hpp"
#include "topology/replace_file.hpp"

namespace beckon::topology {
namespace {

std::string look_backs_file(const std::string& data) {
  return data + "/look_backs.json";
}

std::string hex(std::uint64_t structure) {
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, structure);
  return text;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, 16);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

result<cep::known_past> recall(const std::string& path) {
  cep::known_past known;
  const auto text = read_text_file(path);
  if (!text) {
    if (text.error().code == errc::not_found) return known;
    return text.error();
  }
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return error{errc::corrupt, "is no JSON object", path};
  for (const auto& [name, since] : json.items()) {
    const auto structure = number_in(name);
    if (!structure || !since.is_number_integer())
      return error{errc::corrupt, "'" + name + "' is no look-back and its time", path};
    known.emplace(*structure, from_ms(since.get<std::int64_t>()));
  }
  return known;
}

result<void> remember(const std::string& path, const cep::known_past& known) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [structure, since] : known) json[hex(structure)] = to_ms(since);
  return replace_file(path, json.dump(2) + "\n");
}

}  // namespace

result<cep::recorded_past> recall_look_backs(const std::string& data, const cep::rule_set& rules,
                                             timestamp now) {
  const auto stored = recall(look_backs_file(data));
  if (!stored) return stored.error();
  cep::recorded_past past = cep::note_past(*stored, rules, now);
  if (past.changed) {
    if (auto written = remember(look_backs_file(data), past.known); !written) return written.error();
  }
  return past;
}

}  // namespace beckon::topology
