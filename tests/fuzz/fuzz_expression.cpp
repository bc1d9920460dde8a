#include "tests/fuzz/ground.hpp"
#include "tests/fuzz/targets.hpp"

namespace beckon::fuzz {
namespace {

/// NaN equals itself here.
bool same(const value& a, const value& b) {
  std::string left, right;
  append_canonical(left, a);
  append_canonical(right, b);
  return a.type() == b.type() && left == right;
}

void check_value(const language::expression& e, const language::scope& s) {
  const value once = e.evaluate(s);
  require(same(once, e.evaluate(s)), "an expression gives the same value twice");
  require(once.is_null() || e.type() == value_type::null || once.type() == e.type(),
          "a value has the type known before");
  const bool* truth = once.as_boolean();
  require(e.holds(s) == (truth != nullptr && *truth), "what holds is TRUE");
}

/// The slots a run would take of `e`.
std::vector<value> slots_of(const language::checked_rule& rule, const beckon::event& e) {
  std::vector<value> slots;
  for (const language::capture& c : rule.captures) {
    const value* found = e.find(c.attribute);
    slots.push_back(found == nullptr ? value() : *found);
  }
  return slots;
}

}  // namespace

void expression(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string text(bytes.substr(0, end));
  byte_reader rest(end == std::string_view::npos ? "" : bytes.substr(end + 1));
  const language::compiled_file file =
      language::compile("RULE r WHEN a AS x\nWHERE " + text + "\nIF " + text +
                            "\nFIRE EVERY TIME RETURN\n" + text + "\nAS v",
                        "x.rule", ground());
  if (file.rule == nullptr) {
    // RETURN takes what is no condition, too.
    const language::compiled_file value_only = language::compile(
        "RULE r WHEN a AS x FIRE EVERY TIME RETURN\n" + text + "\nAS v", "x.rule", ground());
    if (value_only.rule == nullptr) return;
    const beckon::event e = rest.any_event();
    const std::vector<value> slots = slots_of(*value_only.rule, e);
    const field_list profile = rest.any_profile();
    const language::scope s{&e, "a", slots, &profile, from_ms(rest.number()), "Europe/Berlin"};
    for (const auto& item : value_only.rule->returns) check_value(item.content, s);
    return;
  }
  const beckon::event e = rest.any_event();
  const std::vector<value> slots = slots_of(*file.rule, e);
  const field_list profile = rest.any_profile();
  const language::scope s{&e, "a", slots, &profile, from_ms(rest.number()), "Europe/Berlin"};
  const auto* first = std::get_if<language::step>(&file.rule->clauses[0]);
  if (first != nullptr && first->pattern.where) check_value(*first->pattern.where, s);
  if (file.rule->condition) check_value(*file.rule->condition, s);
  for (const auto& item : file.rule->returns) check_value(item.content, s);
}

}  // namespace beckon::fuzz
