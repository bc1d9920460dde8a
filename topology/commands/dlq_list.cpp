// beckon dlq list -c DIR: what could not be handled, from the store, beside a running node or
// without one.
#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/rows.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
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

nlohmann::json letter_json(const codec::dead_letter_row& l) {
  return {{"id", to_hex(l.id)},
          {"time", to_rfc3339(l.time)},
          {"actor", l.actor},
          {"reason", l.reason},
          {"subject_kind", l.who.kind},
          {"subject", l.who.id},
          {"source", l.source},
          {"event_id", l.event_id},
          {"event_type", l.event_type},
          {"partition", l.partition},
          {"epoch", l.epoch}};
}

void print_table(const std::vector<codec::dead_letter_row>& letters, const console& to) {
  adapters::table rows(
      {{"TIME"}, {"ACTOR"}, {"SUBJECT"}, {"EVENT"}, {"SOURCE"}, {"REASON"}, {"ID"}});
  for (const auto& l : letters) {
    rows.add({to_rfc3339(l.time), l.actor, l.who.kind + ":" + l.who.id, l.event_type, l.source,
              l.reason, to_hex(l.id)});
  }
  if (rows.empty()) {
    to.out << "no dead letters\n";
  } else {
    to.out << rows.to_string();
  }
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  adapters::rocksdb_options options;
  options.directory = state_directory(c->deployment.data);
  std::vector<codec::dead_letter_row> letters;
  std::error_code failed;
  if (std::filesystem::exists(options.directory, failed)) {
    auto store = adapters::open_read_only(options);
    if (!store) return to.fail(exit_unavailable, store.error());
    auto read = read_letters(**store, c->deployment.partitions);
    if (!read) return to.fail(exit_unavailable, read.error());
    letters = *std::move(read);
  }
  if (to.json) {
    for (const auto& l : letters) to.print(letter_json(l));
  } else {
    print_table(letters, to);
  }
  return exit_ok;
}

}  // namespace

command dlq_list_command() {
  return {
      {.name = "dlq list",
       .summary = "list what could not be handled: poison events and decisions",
       .positionals = {},
       .options = {config_option()},
       .details = "With --output json one object a line. A configuration that never ran has none."},
      &run};
}

}  // namespace beckon::topology
