// The compact form of a CSV map: a hand-written reader of the grammar in csv_map.hpp.
#include <charconv>

#include "engine/access/csv_map.hpp"

namespace beckon {
namespace {

std::optional<csv_entry::unit> unit_named(std::string_view name) {
  if (name == "text") return csv_entry::unit::text;
  if (name == "s") return csv_entry::unit::seconds;
  if (name == "ms") return csv_entry::unit::milliseconds;
  return std::nullopt;
}

class reader {
 public:
  explicit reader(std::string_view text) : text_(text) {}

  result<std::vector<csv_entry>> entries() {
    std::vector<csv_entry> out;
    do {
      auto one = entry();
      if (!one) return one.error();
      out.push_back(*std::move(one));
    } while (take(','));
    if (at_ < text_.size()) return wrong("',' or the end was expected");
    return out;
  }

 private:
  error wrong(std::string message) const {
    return error{errc::invalid, std::move(message), "character " + std::to_string(at_ + 1)};
  }

  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool next_is(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }

  /// After the opening quote: up to the closing one; doubled quotes stand for one.
  result<std::string> rest_of_quoted(char quote) {
    std::string out;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        ++at_;
        if (at_ >= text_.size() || text_[at_] != quote) return out;
      }
      out += text_[at_];
    }
    return wrong(std::string("a closing ") + quote + " was expected");
  }

  result<std::string> word() {
    if (take('"')) return rest_of_quoted('"');
    skip_blanks();
    const std::size_t from = at_;
    while (at_ < text_.size() && std::string_view(",:{}=\"' ").find(text_[at_]) == text_.npos) {
      ++at_;
    }
    if (at_ == from) return wrong("a name or number was expected");
    return std::string(text_.substr(from, at_ - from));
  }

  result<csv_entry> entry() {
    csv_entry e;
    auto target = word();
    if (!target) return target.error();
    e.target = *std::move(target);
    if (!take('=')) return wrong("'=' was expected after '" + e.target + "'");
    if (take('\'')) {
      auto constant = rest_of_quoted('\'');
      if (!constant) return constant.error();
      e.constant = *std::move(constant);
      return e;
    }
    if (auto read = column(e); !read) return read.error();
    if (take('{')) {
      if (auto read = values(e); !read) return read.error();
    }
    return e;
  }

  result<void> column(csv_entry& e) {
    const bool is_name = next_is('"');
    auto name = word();
    if (!name) return name.error();
    std::string_view unit;
    const char* const begin = name->data();
    const char* const end = begin + name->size();
    const auto [rest, failed] = std::from_chars(begin, end, e.column);
    if (!is_name && failed == std::errc{}) {
      if (e.column == 0) return wrong("columns are counted from 1");
      unit = std::string_view(rest, static_cast<std::size_t>(end - rest));
    } else {
      e.column = 0;
      e.header = *name;
    }
    std::string named_unit;
    if (unit.empty() && take(':')) {
      auto read = word();
      if (!read) return read.error();
      unit = named_unit = *std::move(read);
    }
    if (unit.empty()) return {};
    const auto known = unit_named(unit);
    if (!known) return wrong("'" + std::string(unit) + "' is no unit; one is s, ms or text");
    e.in = *known;
    return {};
  }

  result<void> values(csv_entry& e) {
    do {
      auto from = word();
      if (!from) return from.error();
      if (!take(':')) return wrong("':' was expected after '" + *from + "'");
      auto to = word();
      if (!to) return to.error();
      if (*from == "*") {
        e.otherwise = *std::move(to);
      } else {
        e.values.emplace_back(*std::move(from), *std::move(to));
      }
    } while (take(','));
    if (!take('}')) return wrong("',' or '}' was expected");
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// `column: 5` or `column: product_id`.
void read_column(const settings& node, csv_entry& e, problems& out) {
  if (node.what != settings::shape::scalar || node.scalar.empty()) {
    out.push_back(node.at("a column is a number from 1 or a name of the header line"));
    return;
  }
  const std::string& text = node.scalar;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), e.column);
  const bool is_number = !node.quoted && failed == std::errc{} && end == text.data() + text.size();
  if (is_number && e.column == 0) out.push_back(node.at("columns are counted from 1"));
  if (is_number) return;
  e.column = 0;
  e.header = text;
}

void read_values(const settings& node, csv_entry& e, problems& out) {
  if (node.what != settings::shape::map) {
    out.push_back(node.at("'values' must be a map from cells to values"));
  }
  for (const settings::member& m : node.members) {
    if (m.content.what != settings::shape::scalar) {
      out.push_back(m.content.at("the value for '" + m.key + "' must be a text"));
    } else if (m.key == "*") {
      e.otherwise = m.content.scalar;
    } else {
      e.values.emplace_back(m.key, m.content.scalar);
    }
  }
}

csv_entry read_entry(const settings::member& m, problems& out) {
  csv_entry e;
  e.target = m.key;
  if (m.content.what != settings::shape::map) {
    read_column(m.content, e, out);
    return e;
  }
  settings_reader in(m.content, "'" + m.key + "'", out);
  const settings* constant = in.node("value");
  const settings* column = in.node("column", constant == nullptr);
  const std::string unit = in.choice("unit", {"text", "s", "ms"}, "text");
  const settings* values = in.node("values");
  in.finish();
  if (constant != nullptr && (column != nullptr || values != nullptr)) {
    out.push_back(m.content.at("'value' stands alone: a constant has no column and no values"));
  }
  if (constant != nullptr) e.constant = constant->scalar;
  if (column != nullptr) read_column(*column, e, out);
  if (values != nullptr) read_values(*values, e, out);
  e.in = unit_named(unit).value_or(csv_entry::unit::text);
  return e;
}

}  // namespace

result<std::vector<csv_entry>> parse_csv_map(std::string_view text) {
  return reader(text).entries();
}

std::optional<std::vector<csv_entry>> read_csv_map(const settings& node, problems& out) {
  if (node.what != settings::shape::map) {
    out.push_back(node.at("a map of a CSV source says 'attribute: column' per line"));
    return std::nullopt;
  }
  const std::size_t before = out.size();
  std::vector<csv_entry> entries;
  for (const settings::member& m : node.members) entries.push_back(read_entry(m, out));
  if (out.size() > before) return std::nullopt;
  return entries;
}

}  // namespace beckon
