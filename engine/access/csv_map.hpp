// The map of a CSV source: which column becomes which attribute of which event.
//
// Compact form, for the command line:
//   map    = entry {"," entry}
//   entry  = target "=" (column [values] | constant)
//   target = "type" | "time" | "id" | "source" | attribute
//   column = number (from 1) [unit] | name [":" unit]   -- a name of the header line
//   unit   = "s" | "ms" | "text"    -- only for `time` and attributes declared as time. "text" (the
//   default) is
//            RFC 3339 or "2019-10-01 00:00:00 UTC"; "s" may have decimals
//   values = "{" from ":" to {"," from ":" to} "}"      -- cell → value; from "*" takes every other
//   cell constant = 'text in single quotes'
// A word holding any of , : { } = or a blank is written in "double quotes"; a quote inside is
// doubled. Examples:
//   user_id=1,item_id=2,category_id=3,type=4{pv:item_view,cart:item_cart},time=5s
//   type='ad_click',user_id=user,time="event time":text
// In configuration files the same is a map: `user_id: 1`, `item_id: product_id`, `time: {column: 5,
// unit: s}`, `type: {column: 4, values: {pv: item_view, "*": other}}`, `type: {value: ad_click}`.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/access/catalogue.hpp"
#include "engine/access/normalise.hpp"
#include "engine/base/settings.hpp"

namespace beckon {

/// One target and where its text comes from: a numbered column, a named one, or a constant.
struct csv_entry {
  enum class unit : std::uint8_t { text, seconds, milliseconds };

  std::string target;
  std::size_t column = 0;  ///< from 1; 0: `header` names it, or it is constant
  std::string header;
  std::optional<std::string> constant;
  unit in = unit::text;
  std::vector<std::pair<std::string, std::string>> values;  ///< cell → value; none: the cell itself
  std::optional<std::string> otherwise;                     ///< every other cell; none: an error
  friend bool operator==(const csv_entry&, const csv_entry&) = default;
};

/// The compact form. Errors name their place as "character N".
result<std::vector<csv_entry>> parse_csv_map(std::string_view text);

/// The configuration form; nullopt after reporting what is wrong.
std::optional<std::vector<csv_entry>> read_csv_map(const settings& node, problems& out);

/// Immutable once its header is bound; then any thread.
class csv_map {
 public:
  /// Checks the entries against the catalogue. `zone` is that of times without an offset.
  static result<csv_map> build(std::vector<csv_entry> entries,
                               std::shared_ptr<const catalogue> types, std::string zone = "UTC");

  /// Some column is named, so the file must have a header line.
  bool needs_header() const noexcept;

  /// Finds the named columns. Must succeed before `row` where `needs_header()`.
  result<void> bind_header(std::span<const std::string_view> names);

  /// One row as an event, typed by the catalogue; empty cells are left out. The error's `where`
  /// names the column.
  result<raw_event> row(std::span<const std::string_view> cells) const;
  /// The same into an event whose room is used again; what it held is gone, also after an error.
  result<void> row(std::span<const std::string_view> cells, raw_event& into) const;

 private:
  enum class target : std::uint8_t { type, time, id, source, attribute };
  /// What an attribute is in events of one type.
  struct meaning {
    value_type type = value_type::text;
    std::optional<known_attribute> known;
  };
  struct bound_entry {
    csv_entry entry;
    target what = target::attribute;
    std::vector<meaning> in_type;                     // of an attribute: by event type
    std::vector<std::optional<event_type_id>> types;  // of `type`: by `csv_entry::values`
  };
  /// A cell, or what stands for it.
  struct cell {
    std::string_view text;
    std::optional<event_type_id> type = {};  // of `type`, where the map says it
  };

  csv_map(std::shared_ptr<const catalogue> types, std::string zone)
      : types_(std::move(types)), zone_(std::move(zone)) {}
  void bind(bound_entry& b) const;
  meaning meaning_in(event_type_id type, const std::string& attribute) const;
  result<cell> mapped(const bound_entry& b, std::string_view text) const;
  result<cell> cell_of(const bound_entry& b, std::span<const std::string_view> cells) const;
  result<void> put(const bound_entry& b, const cell& given, raw_event& out,
                   std::size_t& attributes) const;
  result<void> put_attribute(const bound_entry& b, std::string_view text, raw_event& out,
                             std::size_t& attributes) const;

  std::shared_ptr<const catalogue> types_;
  std::string zone_;
  std::vector<bound_entry> entries_;  // `type` first: the others' types depend on it
};

}  // namespace beckon
