// DATA/rules.json: {"started": ms, "rules": {NAME: {"version", "since": ms, "text", "look_backs",
// "former": [{"version", "on_change", "replaced": ms, "until": ms or null, "text",
// "look_backs"}]}}}
#include <optional>

#include "topology/directory.hpp"
#include "topology/known_past_json.hpp"
#include "topology/replace_file.hpp"
#include "topology/rule_versions.hpp"

namespace beckon::topology {
namespace {

using json_value = nlohmann::json;

std::string histories_file(const std::string& data) {
  return data + "/rules.json";
}

json_value json_of(const old_text& t) {
  return {{"version", t.version},
          {"on_change", cep::to_string(t.what)},
          {"replaced", to_ms(t.replaced)},
          {"until", t.until == never ? json_value() : json_value(to_ms(t.until))},
          {"text", t.text},
          {"look_backs", to_json(t.known)}};
}

json_value json_of(const rule_history& h) {
  json_value former = json_value::array();
  for (const old_text& t : h.former) former.push_back(json_of(t));
  return {{"version", h.version},
          {"since", to_ms(h.since)},
          {"text", h.text},
          {"look_backs", to_json(h.known)},
          {"former", std::move(former)}};
}

/// Reads members; what is missing or of another type is noted.
class member_reader {
 public:
  explicit member_reader(const json_value& from) : from_(from) {}

  bool ok() const noexcept { return ok_; }

  std::string text(const char* key) {
    const json_value* v = member(key);
    if (v == nullptr || !v->is_string()) return fail(), std::string();
    return v->get<std::string>();
  }
  std::string version() {
    std::string v = text("version");
    if (v.size() != 8 || v.find_first_not_of("0123456789abcdef") != std::string::npos) fail();
    return v;
  }
  timestamp time(const char* key) {
    const json_value* v = member(key);
    if (v == nullptr || !v->is_number_integer()) return fail(), beginning;
    return from_ms(v->get<std::int64_t>());
  }
  timestamp time_or_never(const char* key) {
    const json_value* v = member(key);
    return v != nullptr && v->is_null() ? never : time(key);
  }
  cep::fate what() {
    const std::string word = text("on_change");
    for (const cep::fate f : {cep::fate::keep, cep::fate::reset, cep::fate::drain}) {
      if (cep::to_string(f) == word) return f;
    }
    return fail(), cep::fate::keep;
  }
  cep::known_past known() {
    const json_value* v = member("look_backs");
    auto read =
        v == nullptr ? result<cep::known_past>(error{errc::corrupt, ""}) : known_past_in(*v);
    if (!read) return fail(), cep::known_past();
    return *std::move(read);
  }
  std::vector<old_text> former() {
    std::vector<old_text> all;
    const json_value* v = member("former");
    if (v == nullptr || !v->is_array()) return fail(), all;
    for (const json_value& each : *v) {
      member_reader in(each);
      old_text& t = all.emplace_back();
      t.version = in.version();
      t.what = in.what();
      t.replaced = in.time("replaced");
      t.until = in.time_or_never("until");
      t.text = in.text("text");
      t.known = in.known();
      if (!in.ok()) fail();
    }
    return all;
  }

 private:
  const json_value* member(const char* key) const {
    if (!from_.is_object()) return nullptr;
    const auto at = from_.find(key);
    return at == from_.end() ? nullptr : &*at;
  }
  void fail() noexcept { ok_ = false; }

  const json_value& from_;
  bool ok_ = true;
};

std::optional<rule_history> history_in(const json_value& json) {
  member_reader in(json);
  rule_history h;
  h.version = in.version();
  h.since = in.time("since");
  h.text = in.text("text");
  h.known = in.known();
  h.former = in.former();
  return in.ok() ? std::optional(std::move(h)) : std::nullopt;
}

}  // namespace

result<rule_histories> read_rule_histories(const std::string& data) {
  const std::string path = histories_file(data);
  const auto text = read_text_file(path);
  if (!text && text.error().code == errc::not_found) return rule_histories();
  if (!text) return text.error();
  const auto json = json_value::parse(*text, nullptr, false);
  const auto rules = json.is_object() ? json.find("rules") : json.end();
  if (rules == json.end() || !rules->is_object())
    return error{errc::corrupt, "is no JSON object with 'rules'", path};
  rule_histories all;
  member_reader in(json);
  all.started = in.time("started");
  if (!in.ok()) return error{errc::corrupt, "'started' is no time", path};
  for (const auto& [name, content] : rules->items()) {
    auto h = history_in(content);
    if (!h) return error{errc::corrupt, "'" + name + "' is no rule and its versions", path};
    all.rules.emplace(name, *std::move(h));
  }
  return all;
}

result<void> write_rule_histories(const std::string& data, const rule_histories& all) {
  json_value rules = json_value::object();
  for (const auto& [name, h] : all.rules) rules[name] = json_of(h);
  const json_value json = {{"started", to_ms(all.started)}, {"rules", std::move(rules)}};
  return replace_file(histories_file(data),
                      json.dump(2, ' ', false, json_value::error_handler_t::replace) + "\n");
}

}  // namespace beckon::topology
