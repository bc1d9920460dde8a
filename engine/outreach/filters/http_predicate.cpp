// http_predicate: asks a web server whether the action may reach the subject; its verdict is a
// pending decision until the answer or `timeout` (reason: asked). Who was told to pass is not asked
// again while the same chain goes on. What is asked is JSON:
//   {"occurrence", "subject": {"kind", "id"}, "rule", "rule_version", "action", "fired_at",
//    "returns": {…}, "profile": {…}}
// `profile` holds the fields that the option of that name lists and the subject has. What answers
// mean: predicate_answer.hpp. Its own options: `timeout`, `most_in_flight`, `breaker`, `profile`;
// the endpoint's are the adapter's to check. Reasons: those of the server, and ask_… without a
// usable answer.
#include <algorithm>

#include "engine/base/json_writer.hpp"
#include "engine/outreach/action.hpp"
#include "engine/outreach/filters/kinds.hpp"

namespace beckon::outreach {
namespace {

constexpr duration shortest_patience{10};
constexpr duration longest_patience = std::chrono::seconds(30);
constexpr std::int64_t most_at_once = 4096;

/// Read by the adapter that asks. `token` is none, but its line must not be shown as unknown.
constexpr std::string_view endpoint_options[] = {"url",   "headers",    "allow_private",
                                                 "http2", "ca_file",    "connect_timeout",
                                                 "token", "token_file", "token_env"};

void append_text(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{') out += ',';
  append_json_text(out, name);
  out += ':';
  append_json_text(out, text);
}

class http_predicate final : public filter {
 public:
  http_predicate(asking how, std::vector<std::string> profile)
      : how_(std::move(how)), profile_(std::move(profile)) {}

  verdict judge(const question& q) const noexcept override {
    const auto& passed = q.what.answered_by;
    if (std::find(passed.begin(), passed.end(), q.filter) != passed.end()) return {};
    return {false,
            "asked",
            {},
            postponement{wait_reason::asked, saturating_add(q.now, how_.timeout), body_of(q)}};
  }

  const asking* asks() const noexcept override { return &how_; }

 private:
  std::string body_of(const question& q) const {
    std::string out = "{";
    append_text(out, "occurrence", to_hex(q.what.occurrence));
    out += ",\"subject\":{";
    append_text(out, "kind", q.what.who.kind);
    append_text(out, "id", q.what.who.id);
    out += '}';
    append_text(out, "rule", q.what.rule);
    append_text(out, "rule_version", q.what.rule_version);
    append_text(out, "action", q.by.id);
    append_text(out, "fired_at", to_rfc3339(q.what.fired));
    out += ",\"returns\":";
    beckon::append_json(out, q.what.returns);
    if (!profile_.empty()) {
      out += ",\"profile\":";
      beckon::append_json(out, known_profile(q.known.profile));
    }
    out += '}';
    return out;
  }

  field_list known_profile(const field_list& all) const {
    field_list chosen;
    for (const std::string& name : profile_) {
      if (const value* found = find_field(all, name)) chosen.push_back({name, *found});
    }
    return chosen;
  }

  asking how_;
  std::vector<std::string> profile_;
};

}  // namespace

std::unique_ptr<const filter> make_http_predicate(settings_reader& options, const settings& node,
                                                  const filter_environment&, problems& out) {
  const std::size_t before = out.size();
  asking how;
  how.timeout = options.span("timeout", how.timeout);
  if (how.timeout < shortest_patience || how.timeout > longest_patience) {
    out.push_back(node.find("timeout")->at("'timeout' must be between 10 ms and 30 s",
                                           "a decision waits so long for the answer"));
  }
  how.most_in_flight = static_cast<std::uint32_t>(
      options.integer("most_in_flight", how.most_in_flight, 1, most_at_once));
  if (const settings* breaker = options.node("breaker"))
    how.breaker = delivery::read_breaker_policy(*breaker, out);
  std::vector<std::string> profile = options.texts("profile");
  for (const std::string_view name : endpoint_options) options.node(name);
  if (out.size() != before) return nullptr;
  return std::make_unique<const http_predicate>(std::move(how), std::move(profile));
}

}  // namespace beckon::outreach
