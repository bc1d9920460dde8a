#include "topology/look_backs.hpp"

#include "topology/directory.hpp"
#include "topology/known_past_json.hpp"
#include "topology/replace_file.hpp"

namespace beckon::topology {
namespace {

std::string look_backs_file(const std::string& data) {
  return data + "/look_backs.json";
}

}  // namespace

result<cep::known_past> read_look_backs(const std::string& data) {
  const std::string path = look_backs_file(data);
  const auto text = read_text_file(path);
  if (!text && text.error().code == errc::not_found) return cep::known_past();
  if (!text) return text.error();
  auto known = known_past_in(nlohmann::json::parse(*text, nullptr, false));
  if (!known) return error{known.error().code, known.error().message, path};
  return known;
}

result<void> write_look_backs(const std::string& data, const cep::known_past& known) {
  return replace_file(look_backs_file(data), to_json(known).dump(2) + "\n");
}

result<cep::recorded_past> recall_look_backs(const std::string& data, const cep::rule_set& rules,
                                             timestamp now) {
  const auto stored = read_look_backs(data);
  if (!stored) return stored.error();
  cep::recorded_past past = cep::note_past(*stored, rules, now);
  if (past.changed) {
    if (auto written = write_look_backs(data, past.known); !written) return written.error();
  }
  return past;
}

}  // namespace beckon::topology
