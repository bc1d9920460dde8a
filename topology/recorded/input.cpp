#include "topology/recorded/input.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "adapters/files/file_digest.hpp"
#include "adapters/yaml/yaml.hpp"
#include "engine/access/normalise.hpp"

namespace beckon::topology {
namespace {

constexpr std::size_t most_shown = 5;

bool is_csv(const input_settings& given, const std::string& file) {
  return given.format.empty() ? std::filesystem::path(file).extension() == ".csv"
                              : given.format == "csv";
}

/// The map's configuration form.
result<std::vector<csv_entry>> entries_from_file(const std::string& path) {
  problems found;
  const settings root = adapters::load_yaml_file(path, found);
  std::optional<std::vector<csv_entry>> entries;
  if (!has_errors(found)) entries = read_csv_map(root, found);
  if (entries) return *std::move(entries);
  std::string all;
  for (const problem& p : found) all += (all.empty() ? "" : "\n") + p.to_string();
  return error{errc::invalid, all, ""};
}

result<std::shared_ptr<const csv_map>> read_map(const input_settings& given) {
  if (given.map.empty()) {
    return error{
        errc::invalid,
        "a CSV file needs --map: which column is which attribute, such as user_id=1,type=2,time=3s",
        ""};
  }
  const bool file = given.map.ends_with(".yaml") || given.map.ends_with(".yml");
  auto entries = file ? entries_from_file(given.map) : parse_csv_map(given.map);
  if (!entries && file) return entries.error();
  if (!entries)
    return error{errc::invalid, entries.error().message, "--map, " + entries.error().where};
  auto map = csv_map::build(*std::move(entries), given.events, given.zone);
  if (!map) return error{errc::invalid, map.error().to_string(), "--map"};
  return std::make_shared<const csv_map>(*std::move(map));
}

}  // namespace

recorded_input::recorded_input(adapters::event_files files, const input_settings& given)
    : files_(std::move(files)), given_(given) {
  options_.zone = given.zone;
  options_.tables = true;
  hash_builder all;
  all.text(given.source).text(given.map).text(given.format);
  for (std::size_t i = 0; i < given.files.size(); ++i) {
    all.hash(files_.digest(i));
    file_digests_.push_back(to_hex(files_.digest(i)));
  }
  digest_ = to_hex(all.finish());
}

result<recorded_input> recorded_input::open(const input_settings& given) {
  const bool any_csv = std::any_of(given.files.begin(), given.files.end(),
                                   [&](const std::string& f) { return is_csv(given, f); });
  std::shared_ptr<const csv_map> map;
  if (any_csv) {
    auto read = read_map(given);
    if (!read) return read.error();
    map = *std::move(read);
  }
  std::vector<adapters::event_file_settings> files;
  for (const std::string& file : given.files)
    files.push_back({file, is_csv(given, file) ? map : nullptr, {}});
  auto opened = adapters::event_files::open(std::move(files), given.zone);
  if (!opened) return opened.error();
  return recorded_input(*std::move(opened), given);
}

result<std::optional<input_row>> recorded_input::next() {
  input_row row;
  const auto read = next(row);
  if (!read) return read.error();
  return *read ? std::optional(std::move(row)) : std::nullopt;
}

result<bool> recorded_input::next(input_row& into) {
  const auto read = files_.read();
  if (!read) return read.error();
  adapters::recorded_row* const row = *read;
  if (row == nullptr) return false;
  into.number = ++rows_;
  if (!row->event) {
    into.content = row->event.error();
    return true;
  }
  raw_event& raw = *row->event;
  if (raw.source.empty()) raw.source = given_.source;
  if (!into.content) into.content = event{};
  event& e = *into.content;
  if (const auto done = normalise(raw, *given_.events, options_, e); !done) {
    into.content = error{done.error().code, done.error().message,
                         "row " + std::to_string(rows_) + " " + done.error().where};
  } else if (e.id.empty()) {
    adapters::set_import_id(e.id, file_digests_[row->file], row->row);
  }
  return true;
}

result<std::optional<timestamp>> recorded_input::first_time() const {
  auto again = open(given_);
  if (!again) return again.error();
  for (input_row row;;) {
    const auto more = again->next(row);
    if (!more) return more.error();
    if (!*more) return std::optional<timestamp>{};
    if (!row.content) continue;
    const event& e = *row.content;
    if (e.time > timestamp{} || !given_.events->is_row(e.type)) return std::optional(e.time);
  }
}

std::uint64_t count_lines(const std::vector<std::string>& files) {
  std::uint64_t lines = 0;
  std::string buffer(1 << 20, '\0');
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0) {
      lines += static_cast<std::uint64_t>(
          std::count(buffer.begin(), buffer.begin() + in.gcount(), '\n'));
    }
  }
  return lines;
}

void refusals::add(const error& e) {
  if (++count_ <= most_shown) first_.push_back(e.to_string());
}

std::string refusals::to_text() const {
  if (count_ == 0) return "";
  std::string text = std::to_string(count_) + (count_ == 1 ? " row" : " rows") + " refused" +
                     (count_ > first_.size() ? ", the first:" : ":");
  for (const std::string& line : first_) text += "\n  " + line;
  return text + "\n";
}

}  // namespace beckon::topology
