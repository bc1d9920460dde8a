#include "engine/language/test_block.hpp"

#include <algorithm>

#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

constexpr std::string_view default_start = "2024-01-01 00:00";

/// The JSON value as the declared type; nullopt where it is of another.
std::optional<value> converted(const value& v, value_type wanted, const std::string& zone) {
  if (v.is_null() || v.type() == wanted || wanted == value_type::null) return v;
  const std::int64_t* number = v.as_integer();
  const std::string* text = v.as_text();
  if (wanted == value_type::real && number != nullptr) return value(static_cast<double>(*number));
  if (wanted == value_type::span && number != nullptr) return value(duration{*number});
  if (wanted == value_type::time && number != nullptr) return value(from_ms(*number));
  if (wanted == value_type::span && text != nullptr) {
    if (const auto span = parse_duration(*text)) return value(*span);
  }
  if (wanted == value_type::time && text != nullptr) {
    if (const auto time = parse_time(*text, zone)) return value(*time);
  }
  return std::nullopt;
}

void sort_attributes(event& e) {
  std::sort(e.attributes.begin(), e.attributes.end(),
            [](const attribute& a, const attribute& b) { return a.name < b.name; });
}

class test_checker {
 public:
  test_checker(const file_syntax& file, const environment& env, const checked_rule* rule,
               reporter& out)
      : file_(file), env_(env), events_(*env.events), rule_(rule), out_(out) {}

  rule_test check(const test_syntax& t, std::string_view file_name);

 private:
  timestamp start(const test_syntax& t);
  void given(const given_syntax& g, rule_test& test);
  void row(const given_syntax& g, given_event& made);
  void entity_row(const given_syntax& g, const entity_declaration& of, given_event& made);
  void relation_row(const given_syntax& g, const relation_declaration& of, given_event& made);
  void event_line(const given_syntax& g, given_event& made);
  void event_member(const json_member& m, event_type_id type, given_event& made);
  std::string subject_kind() const;
  std::string subject_attribute(event_type_id type) const;
  expected_firing expected(const expected_syntax& e, timestamp starts);
  value typed(const json_member& m, value_type wanted);

  const file_syntax& file_;
  const environment& env_;
  const catalogue& events_;
  const checked_rule* rule_;
  reporter& out_;
};

rule_test test_checker::check(const test_syntax& t, std::string_view file_name) {
  rule_test made;
  made.title = t.title;
  made.file = std::string(file_name);
  made.line = t.at.line;
  made.starts = start(t);
  for (const given_syntax& g : t.given) given(g, made);
  if (t.until) made.until = saturating_add(made.starts, *t.until);
  for (const expected_syntax& e : t.expected) made.expected.push_back(expected(e, made.starts));
  return made;
}

/// STARTS, else ACTIVE FROM, else a fixed day.
timestamp test_checker::start(const test_syntax& t) {
  const std::string active = file_.rule.active ? file_.rule.active->from : "";
  if (!t.starts && !active.empty()) {
    const result<timestamp> from = parse_time(active, env_.zone);
    if (from) return *from;  // else the rule itself is told
  }
  const std::string text = t.starts ? t.starts->text : std::string(default_start);
  const result<timestamp> time = parse_time(text, env_.zone);
  if (time) return *time;
  out_.error(t.starts ? t.starts->at : t.at, shown(text) + " is no time: " + time.error().message,
             "STARTS '2024-11-11 00:00 +08:00'", topic::test);
  return {};
}

void test_checker::given(const given_syntax& g, rule_test& test) {
  given_event made;
  event& e = made.content;
  const bool first = test.given.empty();
  e.time = !g.row  ? saturating_add(test.starts, g.offset)
           : first ? test.starts
                   : test.given.back().content.time;
  e.arrival = e.time;
  e.source = "test";
  e.id = "line " + std::to_string(g.at.line);
  if (g.row) {
    row(g, made);
  } else {
    event_line(g, made);
  }
  test.given.push_back(std::move(made));
}

/// GIVEN user {…}, GIVEN item {…}: upserts a row; GIVEN favorite {…}: adds one to a relation.
void test_checker::row(const given_syntax& g, given_event& made) {
  if (const entity_declaration* of = events_.entity(g.name.text)) {
    made.content.type = *events_.type("$" + of->name);
    return entity_row(g, *of, made);
  }
  if (const relation_declaration* of = events_.relation(g.name.text)) {
    made.content.type = *events_.type("$relation." + of->name);
    return relation_row(g, *of, made);
  }
  std::vector<std::string> known;
  for (const entity_declaration& e : events_.entities()) known.push_back(e.name);
  for (const relation_declaration& r : events_.relations()) known.push_back(r.name);
  out_.error(g.name.at, "there is no table " + shown(g.name.text),
             suggest(g.name.text, known,
                     "GIVEN names an entity or a relation of the event catalogue, such as user; "
                     "an event stands behind its offset"),
             topic::given);
}

void test_checker::entity_row(const given_syntax& g, const entity_declaration& of,
                              given_event& made) {
  const bool user = of.name == "user";
  std::vector<std::string> known{of.id_attribute};
  if (user) known.emplace_back("tz");
  for (const field_declaration& f : of.fields) known.push_back(f.name);
  for (const json_member& m : g.content) {
    const auto at = std::find_if(of.fields.begin(), of.fields.end(),
                                 [&](const field_declaration& f) { return f.name == m.key.text; });
    if (m.key.text == of.id_attribute) made.subject_id = to_display(m.content);
    if (at != of.fields.end()) {
      set_field(made.content.extra, m.key.text, typed(m, at->type));
    } else if (std::find(known.begin(), known.end(), m.key.text) != known.end()) {
      set_field(made.content.extra, m.key.text, m.content);
    } else {
      out_.error(m.key.at, of.name + " has no field " + shown(m.key.text),
                 suggest(m.key.text, known,
                         "declare it under the entity " + of.name + " in the event catalogue"),
                 topic::given);
    }
  }
  if (!user && made.subject_id.empty()) {
    out_.error(g.name.at, "GIVEN " + of.name + " needs " + shown(of.id_attribute),
               "it says whose row this is", topic::given);
  }
}

void test_checker::relation_row(const given_syntax& g, const relation_declaration& of,
                                given_event& made) {
  for (const json_member& m : g.content) {
    if (m.key.text != of.member_attribute && m.key.text != of.owner_attribute) {
      out_.error(m.key.at, "the relation " + of.name + " has no attribute " + shown(m.key.text),
                 suggest_or_list(m.key.text, {of.member_attribute, of.owner_attribute}),
                 topic::given);
      continue;
    }
    const std::int64_t* number = m.content.as_integer();
    value id = number == nullptr ? typed(m, value_type::text) : value(std::to_string(*number));
    if (!id.is_null()) {
      made.content.attributes.push_back({*events_.attribute(m.key.text), std::move(id)});
    }
  }
  sort_attributes(made.content);
  for (const std::string& side : {of.member_attribute, of.owner_attribute}) {
    if (made.content.find(*events_.attribute(side)) == nullptr) {
      out_.error(g.name.at, "GIVEN " + of.name + " needs " + shown(side),
                 "a row of a relation names both sides", topic::given);
    }
  }
}

void test_checker::event_line(const given_syntax& g, given_event& made) {
  const auto type = events_.type(g.name.text);
  if (!type || events_.is_row(*type)) {
    out_.error(g.name.at, "there is no event " + shown(g.name.text),
               suggest(g.name.text, events_.type_names(), "declare it in the event catalogue"),
               topic::given);
    return;
  }
  made.content.type = *type;
  for (const json_member& m : g.content) event_member(m, *type, made);
  sort_attributes(made.content);
}

void test_checker::event_member(const json_member& m, event_type_id type, given_event& made) {
  const std::string* text = m.content.as_text();
  if (text != nullptr && m.key.text == "source") {
    made.content.source = *text;
    return;
  }
  if (text != nullptr && m.key.text == "id") {
    made.content.id = *text;
    return;
  }
  const auto id = events_.attribute(m.key.text);
  const auto declared = id ? events_.attribute_type_in(type, *id) : std::nullopt;
  if (!declared) {
    std::vector<std::string> known;
    for (const field_declaration& f : events_.declaration(type).fields) known.push_back(f.name);
    out_.error(m.key.at,
               "event " + shown(events_.name(type)) + " has no attribute " + shown(m.key.text),
               suggest_or_list(m.key.text, known), topic::attributes);
    return;
  }
  if (events_.is_attached(type, *id)) {
    out_.error(m.key.at, shown(m.key.text) + " comes from the table, not with the event",
               "write GIVEN " + m.key.text.substr(0, m.key.text.find('.')) + " {…} above it",
               topic::given);
    return;
  }
  value content = typed(m, *declared);
  if (content.is_null()) return;
  if (m.key.text == subject_attribute(type)) made.subject_id = to_display(content);
  made.content.attributes.push_back({*id, std::move(content)});
}

std::string test_checker::subject_kind() const {
  const std::string& written = file_.rule.subject.text;
  return written.empty() || same_word(written, "user") ? "user" : written;
}

/// BY where the type has it, else the first the catalogue lists.
std::string test_checker::subject_attribute(event_type_id type) const {
  const event_declaration& d = events_.declaration(type);
  for (const auto& [kind, roles] : d.subjects) {
    if (kind != subject_kind() || roles.empty()) continue;
    const std::string by = file_.rule.by ? file_.rule.by->name.text : "";
    const bool has_by = std::find(roles.begin(), roles.end(), by) != roles.end();
    return has_by ? by : roles.front();
  }
  return {};
}

expected_firing test_checker::expected(const expected_syntax& e, timestamp starts) {
  expected_firing made;
  made.line = e.at.line;
  made.subject_id = e.subject_id;
  if (e.offset) made.at = saturating_add(starts, *e.offset);
  for (const json_member& m : e.content) {
    value_type wanted = value_type::null;
    if (rule_ != nullptr) {
      std::vector<std::string> known;
      for (const return_item& r : rule_->returns) known.push_back(r.name);
      const auto at = std::find(known.begin(), known.end(), m.key.text);
      if (at == known.end()) {
        out_.error(m.key.at, "the rule does not return " + shown(m.key.text),
                   suggest(m.key.text, known, "add it behind RETURN"), topic::test);
        continue;
      }
      wanted = rule_->returns[static_cast<std::size_t>(at - known.begin())].content.type();
    }
    set_field(made.returns, m.key.text, typed(m, wanted));
  }
  return made;
}

value test_checker::typed(const json_member& m, value_type wanted) {
  if (auto fitting = converted(m.content, wanted, env_.zone)) return std::move(*fitting);
  std::string hint;
  if (wanted == value_type::text)
    hint = "texts stand in double quotes: \"" + to_display(m.content) + "\"";
  if (wanted == value_type::time) hint = "a time is ms since 1970 or \"2024-11-11 00:00 +08:00\"";
  if (wanted == value_type::span) hint = "a duration is ms or \"30 min\"";
  out_.error(m.content_at,
             shown(m.key.text) + " is " + std::string(to_string(wanted)) + ", not " +
                 std::string(to_string(m.content.type())),
             hint, topic::types);
  return {};
}

}  // namespace

std::vector<rule_test> check_tests(const file_syntax& file, const environment& env,
                                   std::string_view file_name, const checked_rule* rule,
                                   reporter& out) {
  test_checker checker(file, env, rule, out);
  std::vector<rule_test> tests;
  for (const test_syntax& t : file.tests) {
    const std::size_t before = out.errors();
    rule_test made = checker.check(t, file_name);
    if (out.errors() == before) tests.push_back(std::move(made));
  }
  return tests;
}

}  // namespace beckon::language
