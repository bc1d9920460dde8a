// beckon item show KIND ID -c DIR: the row of one item as the node knows it, from its snapshot,
// beside a running node or without one.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/item_log.hpp"
#include "messages/codec/json.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

/// The row; nullopt: there is none, or nothing ever ran there.
result<std::optional<field_list>> stored_row(const deployment& d, const port::item_key& key) {
  adapters::rocksdb_options options;
  options.directory = state_directory(d.data);
  std::error_code failed;
  if (!std::filesystem::exists(options.directory, failed)) return std::optional<field_list>{};
  const auto store = adapters::open_read_only(options);
  if (!store) return store.error();
  const auto found = (*store)->load_items({&key, 1});
  if (!found) return found.error();
  if (!found->front()) return std::optional<field_list>{};
  auto row = codec::decode_item_row(*found->front());
  if (!row) return row.error();
  return std::optional(std::move(*row));
}

result<void> check_kind(const std::string& kind, const catalogue& events) {
  std::vector<std::string> known;
  for (const auto& e : events.entities()) {
    if (e.name == "user") continue;
    if (e.name == kind) return {};
    known.push_back(e.name);
  }
  if (kind == "user")
    return error{errc::invalid, "a user's row is a profile, not an item's row", ""};
  const std::string near = nearest(kind, known);
  return error{errc::invalid,
               "the catalogue has no entity '" + kind + "'" +
                   (near.empty() ? std::string() : "; did you mean '" + near + "'?"),
               ""};
}

void print_row(const field_list& row, const console& to) {
  adapters::table rows({{"FIELD"}, {"VALUE"}});
  for (const field& f : row) {
    std::string name;
    std::string content;
    codec::append_json_text(name, f.name);
    codec::append_json(content, f.content);
    rows.add({name.substr(1, name.size() - 2), content});
  }
  to.out << rows.to_string();
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const port::item_key key{given.text("KIND"), given.text("ID")};
  if (const auto checked = check_kind(key.kind, *c->names.events); !checked)
    return to.fail(adapters::exit_usage, checked.error());
  const auto row = stored_row(c->deployment, key);
  if (!row) return to.fail(exit_unavailable, row.error());
  if (!*row) return to.fail(exit_failure, "no row of " + key.kind + " '" + key.id + "' is known");
  if (!to.json) {
    print_row(**row, to);
    return exit_ok;
  }
  to.print({{"kind", key.kind},
            {"id", key.id},
            {"fields", nlohmann::json::parse(codec::to_json(**row))}});
  return exit_ok;
}

}  // namespace

command item_show_command() {
  return {{.name = "item show",
           .summary = "show the row of an item, as events that name it carry it",
           .positionals = {{.name = "KIND", .help = "the entity, as in the catalogue: item"},
                           {.name = "ID", .help = "its id"}},
           .options = {config_option()},
           .details = "Works beside a running node or without one. Exit code 1: no such row."},
          &run};
}

}  // namespace beckon::topology
