#include "engine/access/normalise.hpp"

#include <algorithm>
#include <cmath>

#include "engine/access/subjects.hpp"

namespace beckon {
namespace {

constexpr std::size_t longest_id = 512;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

error wrong(std::string_view pointer, std::string message) {
  return error{errc::invalid, std::move(message), std::string(pointer)};
}

/// Where an attribute stood: the user's id may have a place of its own.
std::string place_of(const raw_event& raw, std::string_view attribute, const catalogue& catalogue) {
  if (!raw.shape->user.empty() && attribute == catalogue.entity("user")->id_attribute) {
    return std::string(raw.shape->user);
  }
  return pointer_to(raw.shape->attributes, attribute);
}

error unknown_type(const raw_event& raw, const catalogue& catalogue) {
  if (raw.type.empty()) return wrong(raw.shape->type, "an event needs a type");
  std::string message = "the catalogue has no event " + quoted(raw.type);
  const std::string near = nearest(raw.type, catalogue.type_names());
  if (!near.empty()) message += "; did you mean " + quoted(near) + "?";
  return wrong(raw.shape->type, std::move(message));
}

/// Events that only rules make, or Beckon itself.
result<void> check_sender(const raw_event& raw, const event_declaration& type,
                          const normalise_options& options) {
  if (type.derived) {
    return wrong(raw.shape->type, quoted(type.name) +
                                      " is what the rule of that name tells those " +
                                      "it reaches: nobody else can send it");
  }
  if (type.built_in && !type.name.starts_with('$') && !options.tables) {
    return wrong(raw.shape->type,
                 quoted(type.name) + " is what Beckon itself says of a message's way");
  }
  return {};
}

result<void> set_times(const raw_event& raw, const normalise_options& options, event& out) {
  if (raw.time && !raw.time->is_null()) {
    const auto time = read_time(*raw.time, options.zone);
    if (!time) return wrong(raw.shape->time, time.error().message);
    out.time = *time;
  } else if (options.arrival) {
    out.time = *options.arrival;
  } else {
    return wrong(raw.shape->time, "a recorded event needs a time");
  }
  out.arrival = options.arrival.value_or(out.time);
  if (options.arrival) {
    out.time = std::min(out.time, saturating_add(out.arrival, options.max_future_skew));
  }
  return {};
}

result<void> take_identity(raw_event& raw, event& out) {
  if (raw.id.size() > longest_id) {
    return wrong(raw.shape->id, "an id has at most " + std::to_string(longest_id) + " bytes");
  }
  if (raw.source.size() > longest_id) {
    return wrong(raw.shape->source,
                 "a source has at most " + std::to_string(longest_id) + " bytes");
  }
  out.client_id = !raw.id.empty();
  std::swap(out.id, raw.id);  // each keeps room of the other
  std::swap(out.source, raw.source);
  return {};
}

bool is_storable(const value& v) {
  return v.as_real() == nullptr || std::isfinite(*v.as_real());
}

/// `extra` in the order given; no name twice.
result<void> check_extra(const raw_event& raw, const event& e, const catalogue& catalogue) {
  for (auto at = e.extra.begin(); at != e.extra.end(); ++at) {
    if (!is_storable(at->content)) {
      return wrong(place_of(raw, at->name, catalogue), "must be a finite number");
    }
    const auto again =
        std::find_if(e.extra.begin(), at, [&](const field& f) { return f.name == at->name; });
    if (again != at) return wrong(place_of(raw, at->name, catalogue), "is given twice");
  }
  return {};
}

result<void> check_required(const raw_event& raw, const event& e, const catalogue& catalogue) {
  auto at = e.attributes.begin();
  for (const attribute_id needed : catalogue.required(e.type)) {
    while (at != e.attributes.end() && at->name < needed) ++at;
    if (at == e.attributes.end() || at->name != needed) {
      const std::string name(catalogue.name(needed));
      return wrong(place_of(raw, name, catalogue),
                   quoted(raw.type) + " requires the field " + quoted(name));
    }
  }
  return {};
}

/// A row of a relation names both sides.
result<void> check_sides(const raw_event& raw, const event& e, const catalogue& catalogue) {
  for (const relation_change& c : catalogue.relation_changes(e.type)) {
    for (const attribute_id side : {c.member, c.owner}) {
      if (!subject_id_in(e.find(side)).empty()) continue;
      return wrong(place_of(raw, catalogue.name(side), catalogue), "an id cannot be empty");
    }
  }
  return {};
}

void look_up(raw_event& raw, const catalogue& catalogue, event_type_id type) {
  raw.known.clear();
  for (const field& given : raw.attributes)
    raw.known.push_back(known_in(catalogue, type, given.name));
}

/// An attribute of the event, and which of the given ones it is.
struct found_attribute {
  attribute_id name;
  std::uint32_t at;
};

/// Kept by the thread: an event is made before the next one begins.
std::vector<found_attribute>& room_for_found() {
  static thread_local std::vector<found_attribute> room;
  room.clear();
  return room;
}

/// Everything in the order given: first what is of the right type, in its place; the others go to
/// `extra`.
result<void> convert_all(raw_event& raw, const catalogue& catalogue,
                         const normalise_options& options, std::vector<found_attribute>& found,
                         field_list& extra) {
  for (std::uint32_t i = 0; i < raw.attributes.size(); ++i) {
    field& given = raw.attributes[i];
    if (given.content.is_null()) continue;
    const std::optional<known_attribute>& known = raw.known[i];
    if (!known) {
      extra.push_back(std::move(given));
      continue;
    }
    found.push_back({known->name, i});
    if (given.content.type() == value_type::text && known->type == value_type::text) continue;
    auto converted = convert(std::move(given.content), known->type, options.zone);
    if (!converted) {
      return wrong(place_of(raw, given.name, catalogue), std::move(converted).error().message);
    }
    given.content = *std::move(converted);
  }
  return {};
}

/// Sorted by name, as events hold them.
result<void> take_found(raw_event& raw, const catalogue& catalogue,
                        std::vector<found_attribute>& found, event& out) {
  std::sort(found.begin(), found.end(),
            [](const found_attribute& a, const found_attribute& b) { return a.name < b.name; });
  const auto twice = std::adjacent_find(
      found.begin(), found.end(),
      [](const found_attribute& a, const found_attribute& b) { return a.name == b.name; });
  if (twice != found.end()) {
    return wrong(place_of(raw, catalogue.name(twice->name), catalogue), "is given twice");
  }
  out.attributes.reserve(found.size());
  for (const found_attribute& f : found)
    out.attributes.push_back({f.name, std::move(raw.attributes[f.at].content)});
  return {};
}

result<void> take_attributes(raw_event& raw, const catalogue& catalogue,
                             const normalise_options& options, event& out) {
  if (raw.known.size() != raw.attributes.size()) look_up(raw, catalogue, out.type);
  std::vector<found_attribute>& found = room_for_found();
  if (auto converted = convert_all(raw, catalogue, options, found, out.extra); !converted)
    return converted;
  if (auto taken = take_found(raw, catalogue, found, out); !taken) return taken;
  if (auto checked = check_extra(raw, out, catalogue); !checked) return checked;
  if (auto checked = check_required(raw, out, catalogue); !checked) return checked;
  return catalogue.is_row(out.type) ? check_sides(raw, out, catalogue) : result<void>();
}

/// A row of an entity's table: every field by name, with the declared type where there is one.
result<void> take_row_fields(raw_event& raw, const catalogue& catalogue,
                             const normalise_options& options, event& out) {
  const event_declaration& row = catalogue.declaration(out.type);
  const std::string& id_name = catalogue.row_of(out.type)->id_attribute;
  for (field& given : raw.attributes) {
    const auto declared = std::find_if(row.fields.begin(), row.fields.end(),
                                       [&](const auto& f) { return f.name == given.name; });
    if (declared != row.fields.end()) {
      auto converted = convert(std::move(given.content), declared->type, options.zone);
      if (!converted) {
        return wrong(place_of(raw, given.name, catalogue), std::move(converted).error().message);
      }
      given.content = *std::move(converted);
    }
    out.extra.push_back(std::move(given));
  }
  const value* id = find_field(out.extra, id_name);
  if (id == nullptr || id->is_null() || *id == value("")) {
    return wrong(place_of(raw, id_name, catalogue),
                 quoted(row.name) + " requires the field " + quoted(id_name));
  }
  for (const field_declaration& f : row.fields) {
    const value* given = f.required ? find_field(out.extra, f.name) : nullptr;
    if (given != nullptr && given->is_null()) {
      return wrong(place_of(raw, f.name, catalogue), "a required field cannot be cleared");
    }
  }
  return check_extra(raw, out, catalogue);
}

}  // namespace

std::string pointer_to(std::string_view before, std::string_view attribute) {
  std::string out(before);
  out += '/';
  for (const char c : attribute) {
    switch (c) {
      case '.':
        out += '/';
        break;
      case '~':
        out += "~0";
        break;
      case '/':
        out += "~1";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::optional<known_attribute> known_in(const catalogue& catalogue, event_type_id type,
                                        std::string_view name) noexcept {
  const auto id = catalogue.attribute(name);
  const auto declared = id ? catalogue.attribute_type_in(type, *id) : std::nullopt;
  if (!declared || catalogue.is_attached(type, *id)) return std::nullopt;
  return known_attribute{*id, *declared};
}

void raw_event::reset() noexcept {
  type.clear();
  known_type.reset();
  time.reset();
  id.clear();
  source.clear();
  shape = &recorded_shape;
}

result<event> normalise(raw_event raw, const catalogue& catalogue,
                        const normalise_options& options) {
  event out;
  if (auto done = normalise(raw, catalogue, options, out); !done) return done.error();
  return out;
}

result<void> normalise(raw_event& raw, const catalogue& catalogue, const normalise_options& options,
                       event& into) {
  const auto type = raw.known_type ? raw.known_type : catalogue.type(raw.type);
  if (!type) return unknown_type(raw, catalogue);
  if (auto checked = check_sender(raw, catalogue.declaration(*type), options); !checked) {
    return checked;
  }
  into.type = *type;
  into.attributes.clear();
  into.extra.clear();
  if (auto set = set_times(raw, options, into); !set) return set;
  if (auto taken = take_identity(raw, into); !taken) return taken;
  return catalogue.row_of(*type) != nullptr ? take_row_fields(raw, catalogue, options, into)
                                            : take_attributes(raw, catalogue, options, into);
}

}  // namespace beckon
