#include "adapters/files/csv_reader.hpp"

namespace beckon::adapters {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Without the line end itself.
std::string_view chomp(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

result<csv_reader> csv_reader::open(const std::filesystem::path& path, csv_options options) {
  auto file = byte_source::open(path);
  if (!file) return file.error();
  csv_reader out(*std::move(file), options);
  if (options.header) {
    const auto read = out.read_line();
    if (!read) return read.error();
    if (!*read) return error{errc::invalid, "there is no header line", path.string()};
    out.header_.assign(out.cells_.begin(), out.cells_.end());
  }
  return out;
}

result<bool> csv_reader::next() {
  auto read = read_line();
  if (read && *read) ++row_;
  return read;
}

/// The index after the line end, seen from a line's start; npos: the line goes on beyond the text.
std::size_t csv_reader::end_of_quoted_line(std::string_view text) const noexcept {
  bool at_cell_start = true;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      quoted = c != '"';  // of a doubled quote the second one opens again
      at_cell_start = !quoted;
    } else if (c == '\n') {
      return i + 1;
    } else if (c == '"' && at_cell_start) {
      quoted = true;
    } else {
      at_cell_start = c == options_.separator;
    }
  }
  return std::string_view::npos;
}

result<bool> csv_reader::read_line() {
  for (std::size_t searched = 0;;) {
    const std::string_view text = file_.pending();
    std::size_t end = text.find('\n', searched);
    if (end != text.npos) ++end;
    if (text.substr(0, end).find('"') != text.npos) {
      end = end_of_quoted_line(text);
    } else if (end == text.npos) {
      searched = text.size();
    }
    if (end == text.npos) {
      const auto more = file_.more();
      if (!more) return more.error();
      if (*more) continue;
      if (file_.pending().empty()) return false;
      end = file_.pending().size();  // the last line needs no line end
    }
    std::string_view line = chomp(file_.pending().substr(0, end));
    file_.drop(end);
    if (!started_ && line.starts_with(byte_order_mark)) line.remove_prefix(3);
    started_ = true;
    searched = 0;
    if (line.empty()) continue;
    line_ = line;
    if (!split(line)) {
      return error{errc::invalid, "a quote is never closed, or text follows a closing one",
                   file_.name() + ": row " + std::to_string(row_ + 1)};
    }
    return true;
  }
}

bool csv_reader::split(std::string_view line) {
  cells_.clear();
  unquoted_.clear();
  for (;;) {
    if (line.starts_with('"')) {
      if (!quoted_cell(line)) return false;
    } else {
      const std::size_t end = std::min(line.find(options_.separator), line.size());
      cells_.push_back(line.substr(0, end));
      line.remove_prefix(end);
    }
    if (line.empty()) return true;
    line.remove_prefix(1);  // the separator
  }
}

/// Takes a cell in quotes off the front of `rest`, up to the separator or the end.
bool csv_reader::quoted_cell(std::string_view& rest) {
  rest.remove_prefix(1);
  std::size_t end = rest.find('"');
  if (end != rest.npos && !rest.substr(end + 1).starts_with('"')) {
    cells_.push_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  } else {
    std::string& cell = unquoted_.emplace_back();
    for (;; end = rest.find('"')) {
      if (end == rest.npos) return false;
      cell += rest.substr(0, end);
      rest.remove_prefix(end + 1);
      if (!rest.starts_with('"')) break;
      cell += '"';
      rest.remove_prefix(1);
    }
    cells_.push_back(cell);
  }
  return rest.empty() || rest.front() == options_.separator;
}

}  // namespace beckon::adapters
