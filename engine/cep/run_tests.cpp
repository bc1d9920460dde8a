#include "engine/cep/run_tests.hpp"

#include <algorithm>

namespace beckon::cep {
namespace {

bool same_value(const value& got, const value& expected) {
  if (const timestamp* t = got.as_time()) {
    if (const auto* ms = expected.as_integer()) return to_ms(*t) == *ms;
    if (const auto* text = expected.as_text()) {
      const auto parsed = parse_time(*text);
      return parsed.ok() && *parsed == *t;
    }
  }
  std::string a;
  std::string b;
  append_canonical(a, got);
  append_canonical(b, expected);
  return a == b;
}

bool fits(const firing& got, const language::expected_firing& expected) {
  if (expected.at && *expected.at != got.what.time) return false;
  if (!expected.subject_id.empty() && expected.subject_id != got.who.id) return false;
  return std::all_of(expected.returns.begin(), expected.returns.end(), [&](const field& f) {
    const value* v = find_field(got.what.returns, f.name);
    return same_value(v == nullptr ? value() : *v, f.content);
  });
}

std::string padded(std::int64_t n, std::size_t digits) {
  std::string text = std::to_string(n);
  return std::string(text.size() < digits ? digits - text.size() : 0, '0') + text;
}

// The language's offsets: "[Nd ]HH:MM:SS[.mmm]".
std::string offset_text(timestamp at, timestamp starts) {
  std::int64_t ms = to_ms(at) - to_ms(starts);
  std::string out = ms < 0 ? "-" : "";
  ms = ms < 0 ? -ms : ms;
  if (ms >= 86'400'000) out += std::to_string(ms / 86'400'000) + "d ";
  out += padded(ms / 3'600'000 % 24, 2) + ":" + padded(ms / 60'000 % 60, 2) + ":" +
         padded(ms / 1000 % 60, 2);
  return ms % 1000 == 0 ? out : out + "." + padded(ms % 1000, 3);
}

std::string json_text(const value& v) {
  if (v.is_null()) return "null";
  return v.as_text() != nullptr ? '"' + *v.as_text() + '"' : to_display(v);
}

std::string fields_text(const field_list& fields) {
  std::string out;
  for (const field& f : fields)
    out += (out.empty() ? " {" : ", ") + f.name + ": " + json_text(f.content);
  return out.empty() ? out : out + "}";
}

std::string describe(const language::expected_firing& e, timestamp starts) {
  return "FIRE" + (e.at ? " AT " + offset_text(*e.at, starts) : std::string()) +
         (e.subject_id.empty() ? "" : " FOR " + e.subject_id) + fields_text(e.returns);
}

std::string describe(const firing& f, timestamp starts, bool with_subject) {
  std::string out = "FIRE AT " + offset_text(f.what.time, starts);
  if (with_subject && !f.who.id.empty()) out += " FOR " + f.who.id;
  if (f.what.why == withheld::condition) return out + "  (withheld: IF is not true)";
  if (f.what.why == withheld::fire_limit) return out + "  (withheld: FIRE limit)";
  if (f.what.why == withheld::inactive) return out + "  (withheld: outside ACTIVE)";
  return out + fields_text(f.what.returns);
}

std::string explain(const language::rule_test& test, const std::vector<firing>& got) {
  const bool with_subject = std::any_of(test.expected.begin(), test.expected.end(),
                                        [](const auto& e) { return !e.subject_id.empty(); });
  std::string out = "expected:\n";
  for (const auto& e : test.expected) out += "  " + describe(e, test.starts) + "\n";
  if (test.expected.empty()) out += "  NOTHING\n";
  out += "got:\n";
  for (const firing& f : got) out += "  " + describe(f, test.starts, with_subject) + "\n";
  if (got.empty()) out += "  NOTHING\n";
  return out;
}

std::vector<firing> replay_test(const std::shared_ptr<const rule_set>& rules,
                                const language::rule_test& test, const std::string& kind,
                                std::string_view zone) {
  replay_options options;
  options.zone = zone;
  options.until = test.until.value_or(never);
  replay r(rules, std::move(options));
  for (const language::given_event& g : test.given) {
    const entity_declaration* row = rules->events().row_of(g.content.type);
    const concerned_subject who{{row == nullptr ? kind : row->name, g.subject_id}, {}};
    r.feed({&who, 1}, g.content);
  }
  return r.finish();
}

}  // namespace

test_outcome run_test(const std::shared_ptr<const rule_set>& rules, const language::rule_test& test,
                      const std::string& kind, std::string_view zone) {
  test_outcome out{test.title, test.file, test.line,
                   false,      "",        replay_test(rules, test, kind, zone)};
  std::vector<const firing*> fired;
  for (const firing& f : out.got) {
    if (f.what.why == withheld::no) fired.push_back(&f);
  }
  out.passed = fired.size() == test.expected.size() &&
               std::equal(fired.begin(), fired.end(), test.expected.begin(),
                          [](const firing* f, const auto& e) { return fits(*f, e); });
  if (!out.passed) out.explanation = explain(test, out.got);
  return out;
}

std::vector<test_outcome> run_tests(const language::compiled_file& file,
                                    const std::shared_ptr<const catalogue>& events,
                                    std::string_view zone) {
  std::vector<test_outcome> outcomes;
  if (file.rule == nullptr) return outcomes;
  const auto rules = rule_set::build(events, {file.rule});
  for (const language::rule_test& test : file.tests) {
    outcomes.push_back(run_test(rules, test, file.rule->subject_kind, zone));
  }
  return outcomes;
}

}  // namespace beckon::cep
