#include "engine/access/csv_map.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace beckon {
namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string column_of(const csv_entry& e) {
  const std::string number = "column " + std::to_string(e.column);
  return e.header.empty() ? number : number + " (" + e.header + ")";
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  Number n{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

error no_such(std::string_view text, value_type type) {
  return error{errc::invalid, quoted(text) + " is no " + std::string(to_string(type))};
}

result<timestamp> to_time(std::string_view text, csv_entry::unit in, const std::string& zone) {
  if (in == csv_entry::unit::text) return parse_time(text, zone);
  if (const auto n = number_in<std::int64_t>(text)) {
    std::int64_t ms = *n;
    if (in == csv_entry::unit::seconds && __builtin_mul_overflow(ms, 1000, &ms)) {
      return no_such(text, value_type::time);
    }
    return from_ms(ms);
  }
  const auto seconds = in == csv_entry::unit::seconds ? number_in<double>(text) : std::nullopt;
  if (!seconds || !(std::abs(*seconds) < 1e12)) return no_such(text, value_type::time);
  return from_ms(static_cast<std::int64_t>(std::floor(*seconds * 1000 + 0.5)));
}

result<value> to_type(std::string_view text, value_type type) {
  switch (type) {
    case value_type::integer:
      if (const auto n = number_in<std::int64_t>(text)) return value(*n);
      return no_such(text, type);
    case value_type::real:
      if (const auto n = number_in<double>(text); n && std::isfinite(*n)) return value(*n);
      return no_such(text, type);
    case value_type::boolean:
      if (text == "true" || text == "1") return value(true);
      if (text == "false" || text == "0") return value(false);
      return no_such(text, type);
    default:
      return value(text);  // durations are read from their text by `normalise`
  }
}

/// Event names that entries can give; they must be in the catalogue.
result<void> check_types(const csv_entry& e, const catalogue& types) {
  std::vector<std::string> named;
  if (e.constant) named.push_back(*e.constant);
  for (const auto& [from, to] : e.values) named.push_back(to);
  if (e.otherwise) named.push_back(*e.otherwise);
  for (const std::string& name : named) {
    if (types.type(name)) continue;
    const std::string near = nearest(name, types.type_names());
    return error{errc::invalid, "the catalogue has no event " + quoted(name) +
                                    (near.empty() ? "" : "; did you mean " + quoted(near) + "?")};
  }
  return {};
}

}  // namespace

result<csv_map> csv_map::build(std::vector<csv_entry> entries,
                               std::shared_ptr<const catalogue> types, std::string zone) {
  csv_map out(std::move(types), std::move(zone));
  std::set<std::string> seen;
  for (csv_entry& e : entries) {
    if (!seen.insert(e.target).second) {
      return error{errc::invalid, quoted(e.target) + " is mapped twice"};
    }
    bound_entry b;
    b.what = e.target == "type"     ? target::type
             : e.target == "time"   ? target::time
             : e.target == "id"     ? target::id
             : e.target == "source" ? target::source
                                    : target::attribute;
    if (b.what == target::type) {
      if (auto checked = check_types(e, *out.types_); !checked) return checked.error();
    }
    b.entry = std::move(e);
    out.bind(b);
    const auto place = b.what == target::type ? out.entries_.begin() : out.entries_.end();
    out.entries_.insert(place, std::move(b));
  }
  for (const char* needed : {"type", "time"}) {
    if (!seen.contains(needed)) {
      return error{errc::invalid, "the map says nothing of " + quoted(needed)};
    }
  }
  return out;
}

/// What does not change from row to row is looked up once.
void csv_map::bind(bound_entry& b) const {
  if (b.what == target::type) {
    for (const auto& [from, to] : b.entry.values) b.types.push_back(types_->type(to));
  }
  if (b.what != target::attribute) return;
  for (std::size_t t = 0; t < types_->type_count(); ++t)
    b.in_type.push_back(meaning_in(static_cast<event_type_id>(t), b.entry.target));
}

csv_map::meaning csv_map::meaning_in(event_type_id type, const std::string& attribute) const {
  if (types_->row_of(type) != nullptr) {
    const auto& fields = types_->declaration(type).fields;
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [&](const auto& f) { return f.name == attribute; });
    return {at == fields.end() ? value_type::text : at->type, {}};
  }
  const auto id = types_->attribute(attribute);
  const auto declared = id ? types_->attribute_type_in(type, *id) : std::nullopt;
  return {declared.value_or(value_type::text), known_in(*types_, type, attribute)};
}

bool csv_map::needs_header() const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const bound_entry& b) { return !b.entry.header.empty(); });
}

result<void> csv_map::bind_header(std::span<const std::string_view> names) {
  for (bound_entry& b : entries_) {
    if (b.entry.header.empty()) continue;
    const auto at = std::find(names.begin(), names.end(), b.entry.header);
    if (at == names.end()) {
      const std::string near =
          nearest(b.entry.header, std::vector<std::string>(names.begin(), names.end()));
      return error{errc::invalid, "the header has no column " + quoted(b.entry.header) +
                                      (near.empty() ? "" : "; did you mean " + quoted(near) + "?")};
    }
    b.entry.column = static_cast<std::size_t>(at - names.begin()) + 1;
  }
  return {};
}

result<raw_event> csv_map::row(std::span<const std::string_view> cells) const {
  raw_event out;
  if (auto read = row(cells, out); !read) return read.error();
  return out;
}

result<void> csv_map::row(std::span<const std::string_view> cells, raw_event& into) const {
  into.reset();
  std::size_t attributes = 0;
  for (const bound_entry& b : entries_) {
    const auto given = cell_of(b, cells);
    if (!given) return given.error();
    if (given->text.empty()) continue;
    if (auto done = put(b, *given, into, attributes); !done) return done;
  }
  into.attributes.resize(attributes);
  into.known.resize(attributes);
  return {};
}

result<csv_map::cell> csv_map::cell_of(const bound_entry& b,
                                       std::span<const std::string_view> cells) const {
  const csv_entry& e = b.entry;
  if (e.constant) return cell{*e.constant};
  if (e.column == 0 || e.column > cells.size()) {
    return error{errc::invalid, "the row has " + std::to_string(cells.size()) + " columns",
                 column_of(e)};
  }
  return mapped(b, cells[e.column - 1]);
}

/// What the entry's value map makes of a cell.
result<csv_map::cell> csv_map::mapped(const bound_entry& b, std::string_view text) const {
  const csv_entry& e = b.entry;
  if (e.values.empty() && !e.otherwise) return cell{text};
  for (std::size_t i = 0; i < e.values.size(); ++i) {
    if (e.values[i].first != text) continue;
    return cell{e.values[i].second, b.types.empty() ? std::nullopt : b.types[i]};
  }
  if (e.otherwise) return cell{*e.otherwise};
  return error{errc::invalid,
               "the map of " + quoted(e.target) + " has no value for " + quoted(text),
               column_of(e)};
}

/// `attributes`: how many of those `out` has are this row's.
result<void> csv_map::put(const bound_entry& b, const cell& given, raw_event& out,
                          std::size_t& attributes) const {
  switch (b.what) {
    case target::type:
      out.type = given.text;
      out.known_type = given.type ? given.type : types_->type(given.text);
      return {};
    case target::id:
      out.id = given.text;
      return {};
    case target::source:
      out.source = given.text;
      return {};
    case target::time:
    case target::attribute:
      break;
  }
  result<void> done;
  if (b.what == target::attribute) {
    done = put_attribute(b, given.text, out, attributes);
  } else if (const auto time = to_time(given.text, b.entry.in, zone_); time) {
    out.time = *time;
  } else {
    done = time.error();
  }
  if (done) return done;
  return error{errc::invalid, done.error().message,
               b.entry.constant ? "constant of " + quoted(b.entry.target) : column_of(b.entry)};
}

result<void> csv_map::put_attribute(const bound_entry& b, std::string_view text, raw_event& out,
                                    std::size_t& attributes) const {
  const meaning in_type =
      out.known_type ? b.in_type[static_cast<std::size_t>(*out.known_type)] : meaning{};
  if (attributes == out.attributes.size()) out.attributes.emplace_back();
  if (attributes >= out.known.size()) out.known.resize(attributes + 1);
  field& into = out.attributes[attributes];
  if (in_type.type == value_type::time) {
    const auto time = to_time(text, b.entry.in, zone_);
    if (!time) return time.error();
    into.content = *time;
  } else {
    auto content = to_type(text, in_type.type);
    if (!content) return content.error();
    into.content = *std::move(content);
  }
  into.name = b.entry.target;
  out.known[attributes++] = in_type.known;
  return {};
}

}  // namespace beckon
