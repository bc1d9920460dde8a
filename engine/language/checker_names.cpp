// What the names of an expression stand for: the event under test, a captured value, the profile.
#include <algorithm>
#include <set>

#include "engine/language/checker.hpp"
#include "engine/language/words.hpp"

namespace beckon::language {
namespace {

struct pseudo_attribute {
  std::string_view name;
  attribute_id id;
  value_type type;
};
constexpr pseudo_attribute pseudo_attributes[] = {
    {"time", attribute_time, value_type::time},
    {"type", attribute_type, value_type::text},
    {"source", attribute_source, value_type::text},
    {"id", attribute_event_id, value_type::text},
};

const pseudo_attribute* pseudo(std::string_view name) {
  const auto* at = std::find_if(std::begin(pseudo_attributes), std::end(pseudo_attributes),
                                [&](const pseudo_attribute& p) { return p.name == name; });
  return at == std::end(pseudo_attributes) ? nullptr : at;
}

/// What two event types agree on about an attribute.
value_type agreed(value_type a, value_type b, bool& mixed) {
  const auto number = [](value_type t) {
    return t == value_type::integer || t == value_type::real;
  };
  if (a == b) return a;
  if (number(a) && number(b)) return value_type::real;
  mixed = mixed || (a != value_type::null && b != value_type::null);
  return value_type::null;
}

}  // namespace

std::shared_ptr<const expression> checker::condition(const syntax& e, std::string_view what,
                                                     const place& where) {
  const name_resolver names = [&](const syntax& n) { return resolve_name(n, where); };
  node built = expression_builder(env_, out_, names).condition(e, what);
  return built ? std::make_shared<const expression>(std::move(built)) : nullptr;
}

node checker::resolve_name(const syntax& name, const place& where) {
  if (name.kind == syntax_kind::call) return aggregate(name, where);
  const std::string_view of = name.qualifier;
  if (of.empty() || same_word(of, "event")) {
    if (where.under_test != nullptr) return attribute_under_test(name, *where.under_test);
    return captured(name, where.bare, where);
  }
  if (same_word(of, "user")) return profile_field(name);
  if (const entity_declaration* entity = attached_entity(of)) {
    return entity_field(name, *entity, where);
  }
  return alias_attribute(name, where);
}

node checker::alias_attribute(const syntax& name, const place& where) {
  const auto index = alias_clause({name.qualifier, name.at}, where);
  if (!index) return nullptr;
  if (where.under_test != nullptr && *index == where.clause) {
    return attribute_under_test(name, *where.under_test);
  }
  return captured(name, *index, where);
}

/// The clause that an alias names, if it may be named there; nullopt after reporting why not.
std::optional<std::size_t> checker::alias_clause(const placed_name& alias, const place& where) {
  const auto found = aliases_.find(alias.text);
  if (found == aliases_.end()) {
    std::vector<std::string> known{"user", "event"};
    for (const auto& [name, index] : aliases_) known.push_back(name);
    std::sort(known.begin(), known.end());
    out_.error(alias.at, "there is no alias " + shown(alias.text),
               suggest(alias.text, known, "name a step with AS: WHEN event AS " + alias.text),
               topic::names);
    return std::nullopt;
  }
  if (where.look_back) {
    out_.error(alias.at, "the WHERE of a look-back may not use the alias " + shown(alias.text),
               "correlate with SAME attribute: a look-back is noted before any step is complete",
               topic::look_back);
    return std::nullopt;
  }
  if (found->second > where.clause) {
    out_.error(alias.at, "the alias " + shown(alias.text) + " belongs to a later step",
               where.under_test != nullptr
                   ? "a WHERE sees its own event and those of earlier steps"
                   : "UNTIL is evaluated when the step before it is complete",
               topic::names);
    return std::nullopt;
  }
  return found->second;
}

node checker::attribute_under_test(const syntax& name, const type_list& types) {
  const auto found = use({name.text, name.at}, !name.qualifier.empty(), types, true);
  return found ? make_attribute(found->id, found->type) : nullptr;
}

node checker::captured(const syntax& name, std::size_t index, const place& where) {
  const auto found = use({name.text, name.at}, !name.qualifier.empty(), types_[index], true);
  if (!found) return nullptr;
  if (where.uses_captures != nullptr) *where.uses_captures = true;
  return make_captured(capture_slot(index, found->id, taken::attribute), found->type);
}

/// `index` is a clause, a step.
std::size_t checker::capture_slot(std::size_t index, attribute_id attribute, taken what) {
  auto& slots = made_->captures;
  const std::size_t position = position_of_[index];
  const auto at = std::find_if(slots.begin(), slots.end(), [&](const capture& c) {
    return c.clause == position && c.attribute == attribute && c.what == what;
  });
  if (at != slots.end()) return static_cast<std::size_t>(at - slots.begin());
  slots.push_back({position, attribute, what});
  return slots.size() - 1;
}

node checker::profile_field(const syntax& name) {
  if (knows_subject_ && made_->subject_kind != "user") {
    out_.error(name.at,
               "user." + name.text + " means nobody here: a rule FOR " + made_->subject_kind +
                   " judges no user's profile",
               "ask a user's profile in the filters of the action, or in a second rule on the "
               "user's side",
               topic::names);
    return nullptr;
  }
  const entity_declaration* user = events_.entity("user");
  std::vector<std::string> known;
  for (const field_declaration& f : user->fields) {
    if (f.name == name.text) return make_profile(f.name, f.type);
    known.push_back(f.name);
  }
  if (name.text == "tz") return make_profile("tz", value_type::text);
  if (name.text == user->id_attribute) return make_user_id();
  out_.error(name.at, "user has no field " + shown(name.text),
             suggest(name.text, known, "declare it under the entity user in the event catalogue"),
             topic::names);
  return nullptr;
}

/// An attribute (or with `of_event` one every event has) over `types`; nullopt after reporting that
/// none has it.
std::optional<checker::attribute_use> checker::use(const placed_name& name, bool of_event,
                                                   const type_list& types, bool warn_lacking) {
  if (const pseudo_attribute* p = pseudo(name.text); p != nullptr && of_event) {
    return attribute_use{true, p->id, p->type, false, {}};
  }
  attribute_use found = look_up(name.text, types);
  if (!found.found) {
    missing_attribute(name, types);
    return std::nullopt;
  }
  for (const event_type_id type : found.lacking) {
    if (types.any || !warn_lacking) break;
    out_.warn(name.at,
              shown(name.text) + " is NULL for event " + shown(events_.name(type)) +
                  ", which has no such attribute",
              {}, topic::attributes);
  }
  return found;
}

checker::attribute_use checker::look_up(std::string_view name, const type_list& types) const {
  attribute_use out;
  const auto id = events_.attribute(name);
  if (!id) return out;
  out.id = *id;
  for (const event_type_id type : types.types) {
    const auto own = events_.attribute_type_in(type, *id);
    if (!own) {
      out.lacking.push_back(type);
    } else if (!out.found) {
      out.found = true;
      out.type = *own;
    } else {
      out.type = agreed(out.type, *own, out.mixed);
    }
  }
  return out;
}

/// Where a name is known that is no attribute of the event: "" where nowhere.
std::string checker::elsewhere(const std::string& name, const type_list& types) const {
  if (pseudo(name) != nullptr) return "write event." + name;
  for (const entity_declaration& e : events_.entities()) {
    const bool known = std::any_of(e.fields.begin(), e.fields.end(),
                                   [&](const field_declaration& f) { return f.name == name; });
    if (!known) continue;
    if (e.name == "user") return "the profile's is user." + name;
    if (look_up(e.name + "." + name, types).found) return "the table's is " + e.name + "." + name;
  }
  return is_alias(name) ? shown(name) + " is an alias: write " + name + ".attribute" : "";
}

void checker::missing_attribute(const placed_name& name, const type_list& types) {
  if (types.unknown) {  // the type itself was reported; there may be nothing wrong with the
                        // attribute
    return;
  }
  std::set<std::string> known;
  for (const event_type_id type : types.types) {
    for (const field_declaration& f : events_.declaration(type).fields) known.insert(f.name);
  }
  const std::string who =
      types.any ? "no event has an attribute "
      : types.types.size() == 1
          ? "event " + shown(events_.name(types.types[0])) + " has no attribute "
          : "none of these events has an attribute ";
  std::string hint = elsewhere(name.text, types);
  if (hint.empty()) hint = suggest_or_list(name.text, {known.begin(), known.end()});
  out_.error(name.at, who + shown(name.text), hint, topic::attributes);
}

}  // namespace beckon::language
