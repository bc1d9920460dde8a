// beckon pending list -c DIR: decisions that could not be had at once, from the store, beside a
// running node or without one.
#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/pending_row.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/letters.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

using decisions = std::vector<epoch::pending_decision>;

/// All of a store, those first that are taken up again first; none where nothing ever ran.
result<decisions> stored_decisions(const deployment& d) {
  adapters::rocksdb_options options;
  options.directory = state_directory(d.data);
  std::error_code failed;
  if (!std::filesystem::exists(options.directory, failed)) return decisions{};
  const auto store = adapters::open_read_only(options);
  if (!store) return store.error();
  decisions all;
  std::optional<error> wrong;
  const auto visit = [&](port::row_kind, std::string_view key, std::string_view content) {
    auto row = codec::decode_pending(key, content);
    if (row)
      all.push_back(*std::move(row));
    else
      wrong = row.error();
    return !wrong;
  };
  for (std::uint32_t p = 0; p < d.partitions && !wrong; ++p) {
    if (auto scanned = (*store)->scan(p, port::row_kind::pending, "", visit); !scanned)
      return scanned.error();
  }
  if (wrong) return *wrong;
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.wake < b.wake; });
  return all;
}

struct wanted {
  std::string rule;
  std::string action;
  std::string subject;
};
bool fits(const wanted& w, const epoch::pending_decision& d) {
  return (w.rule.empty() || d.what->rule == w.rule) && (w.action.empty() || d.action == w.action) &&
         (w.subject.empty() || d.what->who.id == w.subject);
}

nlohmann::json decision_json(const epoch::pending_decision& d) {
  return {{"kind", "pending_decision"},
          {"why", outreach::to_string(d.why)},
          {"until", to_rfc3339(d.wake)},
          {"since", to_rfc3339(d.decided)},
          {"subject_kind", d.what->who.kind},
          {"subject", d.what->who.id},
          {"rule", d.what->rule},
          {"rule_version", d.what->rule_version},
          {"action", d.action},
          {"priority", d.priority},
          {"filter", d.filter},
          {"reason", d.reason},
          {"fired", to_rfc3339(d.what->fired)},
          {"occurrence", to_hex(d.what->occurrence)},
          {"epoch", d.name.epoch}};
}

void print_table(const decisions& all, const console& to) {
  adapters::table rows(
      {{"UNTIL"}, {"WHY"}, {"SUBJECT"}, {"RULE"}, {"ACTION"}, {"FILTER"}, {"REASON"}, {"FIRED"}});
  for (const auto& d : all) {
    rows.add({to_rfc3339(d.wake), std::string(outreach::to_string(d.why)),
              printable(d.what->who.kind + ":" + d.what->who.id), d.what->rule, d.action, d.filter,
              d.reason, to_rfc3339(d.what->fired)});
  }
  if (rows.empty())
    to.out << "no pending decisions\n";
  else
    to.out << rows.to_string();
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  auto all = stored_decisions(c->deployment);
  if (!all) return to.fail(exit_unavailable, all.error());
  const wanted w{given.text("rule"), given.text("action"), given.text("subject")};
  std::erase_if(*all, [&](const auto& d) { return !fits(w, d); });
  if (to.json) {
    for (const auto& d : *all) to.print(decision_json(d));
  } else {
    print_table(*all, to);
  }
  return exit_ok;
}

}  // namespace

command pending_list_command() {
  return {{.name = "pending list",
           .summary = "list decisions that could not be had at once: quiet hours, questions, holds",
           .positionals = {},
           .options = {config_option(),
                       {.name = "rule", .value_name = "RULE", .help = "only firings of this rule"},
                       {.name = "action", .value_name = "ID", .help = "only of this action"},
                       {.name = "subject", .value_name = "ID", .help = "only of this subject"}},
           .details = "From the store, beside a running node or without one; what is taken up "
                      "again first comes first. With --output json one object a line."},
          &run};
}

}  // namespace beckon::topology
