#include "topology/commands/letters.hpp"

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

/// All dead letters of a store, by time; rows that cannot be read are errors.
result<std::vector<codec::dead_letter_row>> read_letters(port::store& from,
                                                         std::uint32_t partitions) {
  std::vector<codec::dead_letter_row> letters;
  std::optional<error> wrong;
  for (std::uint32_t p = 0; p < partitions && !wrong; ++p) {
    const auto visit = [&](port::row_kind, std::string_view, std::string_view content) {
      auto row = codec::decode_dead_letter(content);
      if (!row) {
        wrong = row.error();
        return false;
      }
      letters.push_back(*std::move(row));
      return true;
    };
    if (auto scanned = from.scan(p, port::row_kind::dead_letter, "", visit); !scanned)
      return scanned.error();
  }
  if (wrong) return *wrong;
  std::stable_sort(letters.begin(), letters.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return letters;
}

}  // namespace

result<std::vector<codec::dead_letter_row>> stored_letters(const deployment& d) {
  adapters::rocksdb_options options;
  options.directory = state_directory(d.data);
  std::error_code failed;
  if (!std::filesystem::exists(options.directory, failed))
    return std::vector<codec::dead_letter_row>{};
  auto store = adapters::open_read_only(options);
  if (!store) return store.error();
  return read_letters(**store, d.partitions);
}

nlohmann::json letter_json(const codec::dead_letter_row& l) {
  return {{"kind", "dead_letter"},      {"id", to_hex(l.id)},       {"time", to_rfc3339(l.time)},
          {"actor", l.actor},           {"reason", l.reason},       {"subject_kind", l.who.kind},
          {"subject", l.who.id},        {"source", l.source},       {"event_id", l.event_id},
          {"event_type", l.event_type}, {"partition", l.partition}, {"epoch", l.epoch}};
}

/// What strangers wrote, without what could steer a terminal.
std::string printable(std::string text) {
  const auto steers = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), steers, ' ');
  return text;
}

}  // namespace beckon::topology
