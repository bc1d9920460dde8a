#include "adapters/files/event_files.hpp"

#include <span>
#include <utility>
#include <variant>

#include "adapters/files/file_digest.hpp"
#include "adapters/files/ndjson_reader.hpp"
#include "messages/codec/json.hpp"
#include "messages/codec/recorded_event.hpp"

namespace beckon::adapters {
namespace {

/// CSV rows as events.
class csv_input {
 public:
  csv_input(csv_reader reader, csv_map map) : reader_(std::move(reader)), map_(std::move(map)) {}

  result<bool> next() { return reader_.next(); }
  std::uint64_t row() const { return reader_.row(); }

  result<void> read(raw_event& into) {
    const auto cells = reader_.cells();
    if (!codec::is_utf8(reader_.line())) return wrong_cell(cells);
    return map_.row(cells, into);
  }

 private:
  static error wrong_cell(std::span<const std::string_view> cells) {
    std::size_t column = 1;
    while (column < cells.size() && codec::is_utf8(cells[column - 1])) ++column;
    return error{errc::invalid, "it is not UTF-8", "column " + std::to_string(column)};
  }

  csv_reader reader_;
  csv_map map_;
};

/// NDJSON lines as events.
class ndjson_input {
 public:
  explicit ndjson_input(ndjson_reader reader) : reader_(std::move(reader)) {}

  result<bool> next() { return reader_.next(); }
  std::uint64_t row() const { return reader_.row(); }
  result<void> read(raw_event& into) {
    auto event = lines_.read(reader_.line());
    if (!event) return std::move(event).error();
    into = *std::move(event);
    return {};
  }

 private:
  ndjson_reader reader_;
  codec::recorded_reader lines_;
};

using any_input = std::variant<csv_input, ndjson_input>;

result<any_input> open_input(const event_file_settings& settings) {
  if (settings.map == nullptr) {
    auto reader = ndjson_reader::open(settings.path);
    if (!reader) return reader.error();
    return any_input(ndjson_input(*std::move(reader)));
  }
  csv_options options = settings.csv;
  options.header = options.header || settings.map->needs_header();
  auto reader = csv_reader::open(settings.path, options);
  if (!reader) return reader.error();
  csv_map map = *settings.map;
  const std::vector<std::string_view> names(reader->header().begin(), reader->header().end());
  if (auto bound = map.bind_header(names); !bound) {
    return error{bound.error().code, bound.error().message, settings.path.string()};
  }
  return any_input(csv_input(*std::move(reader), std::move(map)));
}

}  // namespace

struct event_files::input {
  std::string name;
  std::string zone;
  hash128 digest;
  any_input rows;
  recorded_row head = {};
  bool is_over = false;                // there is no head
  std::optional<timestamp> time = {};  // where the head stands
  bool head_has_time = false;

  /// Reads the next row into the head's room.
  result<void> advance(std::size_t number) {
    const auto next = std::visit([](auto& r) { return r.next(); }, rows);
    is_over = !next || !*next;
    if (!next) return next.error();
    if (is_over) return {};
    head.file = number;
    head.row = std::visit([](auto& r) { return r.row(); }, rows);
    head_has_time = false;
    if (!head.event) head.event = raw_event{};
    const auto read = std::visit([this](auto& r) { return r.read(*head.event); }, rows);
    const auto timed = read ? take_time(*head.event) : read;
    if (!timed) head.event = located(timed.error(), head.row);
    return {};
  }

  result<void> take_time(raw_event& e) {
    if (!e.time) return {};
    const auto read = read_time(*e.time, zone);
    if (!read) return error{errc::invalid, read.error().message, "/time"};
    e.time = *read;
    time = *read;
    head_has_time = true;
    return {};
  }

  error located(const error& e, std::uint64_t row) const {
    std::string where = name + ':' + std::to_string(row);
    if (!e.where.empty()) where += ": " + e.where;
    return error{e.code, e.message, std::move(where)};
  }
};

event_files::event_files(std::vector<std::unique_ptr<input>> inputs) : inputs_(std::move(inputs)) {}
event_files::~event_files() = default;
event_files::event_files(event_files&&) noexcept = default;
event_files& event_files::operator=(event_files&&) noexcept = default;

result<event_files> event_files::open(std::vector<event_file_settings> files, std::string zone) {
  std::vector<std::unique_ptr<input>> inputs;
  for (const event_file_settings& settings : files) {
    const auto digest = digest_file(settings.path);
    if (!digest) return digest.error();
    auto rows = open_input(settings);
    if (!rows) return rows.error();
    inputs.push_back(
        std::make_unique<input>(input{settings.path.string(), zone, *digest, *std::move(rows)}));
    if (auto read = inputs.back()->advance(inputs.size() - 1); !read) return read.error();
  }
  return event_files(std::move(inputs));
}

result<std::optional<recorded_row>> event_files::next() {
  const auto row = read();
  if (!row) return row.error();
  return *row == nullptr ? std::nullopt : std::optional(std::move(**row));
}

result<recorded_row*> event_files::read() {
  if (taken_ != none) {
    if (auto read = inputs_[taken_]->advance(taken_); !read) return read.error();
  }
  taken_ = none;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const input& candidate = *inputs_[i];
    if (candidate.is_over) continue;
    // No time before its first one: it stands before everything.
    if (taken_ == none || candidate.time < inputs_[taken_]->time) taken_ = i;
  }
  if (taken_ == none) return nullptr;
  input& taken = *inputs_[taken_];
  recorded_row& row = taken.head;
  if (taken.head_has_time) {
    last_time_ = taken.time;
  } else if (row.event && row.event->type.starts_with('$')) {
    row.event->time = last_time_.value_or(timestamp{});  // a row of a table: nothing to judge
  }
  return &row;
}

hash128 event_files::digest(std::size_t file) const {
  return inputs_[file]->digest;
}

}  // namespace beckon::adapters
