// beckon dlq redrive -c DIR: dead letters given again, by the running node that holds them.
#include <algorithm>
#include <chrono>
#include <map>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "adapters/http/admin/redrive_route.hpp"
#include "engine/delivery/redrive.hpp"
#include "messages/codec/dead_letter.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/letters.hpp"
#include "topology/dev/http_client.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

using letters = std::vector<codec::dead_letter_row>;

/// What became of a letter, or would.
struct told_fate {
  std::string fate;  ///< redriven, refused, gone, unanswered; would_redrive, would_refuse
  std::string why;
};

/// Those that were named; every name must be that of one.
result<letters> named(const letters& all, const std::vector<std::string>& ids) {
  letters chosen;
  std::map<hash128, bool> seen;
  for (const auto& id : ids) {
    const auto found = letters_named(all, id);
    if (found.size() != 1)
      return error{errc::invalid, found.empty() ? "there is no dead letter " + id
                                                : counted(found.size(), "dead letter") +
                                                      " begin with " + id + ": write more of it"};
    if (!std::exchange(seen[found.front().id], true)) chosen.push_back(found.front());
  }
  return chosen;
}

/// Why a letter would not be given again, as far as the letter itself says.
std::string refusal_of(const codec::dead_letter_row& l, const delivery::redrive_options& how,
                       timestamp now) {
  const auto holds = codec::content_of(l);
  if (holds != codec::letter_content::delivery) return codec::why_not_redriven(holds);
  auto row = codec::decode_outbox(l.input);
  if (!row) return row.error().to_string();
  return delivery::redrive(*std::move(row), how, {true, std::nullopt}, now).refused;
}

std::vector<told_fate> rehearse(const letters& chosen, const delivery::redrive_options& how) {
  const auto now = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  std::vector<told_fate> fates;
  for (const auto& l : chosen) {
    auto refusal = refusal_of(l, how, now);
    fates.push_back({refusal.empty() ? "would_redrive" : "would_refuse", std::move(refusal)});
  }
  return fates;
}

/// One request's letters; an error when the node does not say what became of them.
result<void> ask(http_client& client, const run_file& node,
                 std::span<const codec::dead_letter_row> some, const delivery::redrive_options& how,
                 std::vector<told_fate>& fates) {
  nlohmann::json body = {
      {"letters", nlohmann::json::array()}, {"expired", how.expired}, {"ambiguous", how.ambiguous}};
  for (const auto& l : some)
    body["letters"].push_back(std::to_string(l.partition) + "/" + to_hex(l.id));
  const auto answer =
      client.post(node.ingest + "/admin/dlq/redrive", body.dump(), node.admin_token);
  if (!answer) return answer.error();
  const auto said = nlohmann::json::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !said.is_object() || !said.contains("letters") ||
      said["letters"].size() != some.size()) {
    return error{errc::unavailable, "the node answers " + std::to_string(answer->status) + ": " +
                                        answer->body.substr(0, 500)};
  }
  for (const auto& l : said["letters"])
    fates.push_back({l.value("fate", "unanswered"), l.value("why", "")});
  return {};
}

result<std::vector<told_fate>> give_again(const run_file& node, const letters& chosen,
                                          const delivery::redrive_options& how, const console& to) {
  http_client client;
  std::vector<told_fate> fates;
  const auto clock = [] { return std::chrono::steady_clock::now(); };
  adapters::progress_bar bar(to.err_is, to.err, "dlq redrive", chosen.size(), clock());
  const std::span<const codec::dead_letter_row> all(chosen);
  for (std::size_t at = 0; at < all.size(); at = fates.size()) {
    const auto some = all.subspan(at, std::min(adapters::most_redriven_letters, all.size() - at));
    if (auto asked = ask(client, node, some, how, fates); !asked) {
      bar.finish(clock());
      if (fates.empty()) return asked.error();
      fates.resize(chosen.size(), {"unanswered", asked.error().to_string()});
      return fates;
    }
    bar.update(fates.size(), clock());
  }
  bar.finish(clock());
  return fates;
}

void print(const letters& chosen, const std::vector<told_fate>& fates, const console& to) {
  std::map<std::string, std::size_t> counts;
  adapters::table rows({{"SUBJECT"}, {"EVENT"}, {"ID"}, {"FATE"}, {"WHY"}});
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto& l = chosen[i];
    ++counts[fates[i].fate];
    if (to.json) {
      auto line = letter_json(l);
      line["fate"] = fates[i].fate;
      line["why"] = fates[i].why;
      to.print(line);
    }
    rows.add({printable(l.who.kind + ":" + l.who.id), l.event_type, to_hex(l.id), fates[i].fate,
              fates[i].why});
  }
  if (to.json) return;
  if (rows.empty()) {
    to.out << "no such dead letters\n";
    return;
  }
  to.out << rows.to_string();
  std::string sum;
  for (const auto& [fate, count] : counts)
    sum += (sum.empty() ? "" : ", ") + std::to_string(count) + " " + fate;
  to.out << sum << '\n';
}

/// What the options ask for. Of many, those that can never be given again are left out and counted.
result<letters> chosen_by(const adapters::arguments& given, const letters& all, const console& to) {
  const auto wanted = filter_of(given);
  const auto ids = given.texts("id");
  letters chosen;
  if (!ids.empty()) {
    auto some = named(all, ids);
    if (!some) return some.error();
    chosen = *std::move(some);
  }
  if (ids.empty()) chosen = all;
  std::erase_if(chosen, [&](const auto& l) { return !fits(wanted, l); });
  if (!ids.empty()) return chosen;
  const auto left_out = std::erase_if(
      chosen, [](const auto& l) { return !codec::why_not_redriven(codec::content_of(l)).empty(); });
  if (left_out > 0)
    to.warn(counted(left_out, "dead letter") +
            " left out that cannot be given again: dlq redrive --dry-run --id ID says why");
  return chosen;
}

int run(const adapters::arguments& given, const console& to) {
  if (given.texts("id").empty() && !given.flag("all") && filter_of(given).asks_for_all())
    return to.fail(
        adapters::exit_usage,
        "dlq redrive: say which: --id ID, --rule, --channel, --reason, --subject or --all");
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  const auto stored = stored_letters(c->deployment);
  if (!stored) return to.fail(exit_unavailable, stored.error());
  const auto chosen = chosen_by(given, *stored, to);
  if (!chosen) return to.fail(exit_failure, chosen.error().message);
  const delivery::redrive_options how{given.flag("expired"), given.flag("ambiguous")};
  if (given.flag("dry-run")) {
    print(*chosen, rehearse(*chosen, how), to);
    return exit_ok;
  }
  const auto running = read_run_file(c->deployment.data);
  if (!running)
    return to.fail(exit_unavailable, "dead letters are given again by a running node: " +
                                         running.error().to_string());
  const auto fates = give_again(*running, *chosen, how, to);
  if (!fates) return to.fail(exit_unavailable, fates.error());
  print(*chosen, *fates, to);
  const bool all =
      std::all_of(fates->begin(), fates->end(), [](const auto& f) { return f.fate == "redriven"; });
  return all ? exit_ok : exit_failure;
}

}  // namespace

command dlq_redrive_command() {
  std::vector<adapters::option_spec> options{
      config_option(),
      {.name = "id",
       .value_name = "ID",
       .help = "this one: its id, or enough of its beginning",
       .repeated = true},
      {.name = "all",
       .kind = adapters::option_kind::flag,
       .value_name = "",
       .help = "all that can be given again"}};
  for (auto& o : letter_options()) options.push_back(std::move(o));
  options.push_back({.name = "expired",
                     .kind = adapters::option_kind::flag,
                     .value_name = "",
                     .help = "also deliveries that expired"});
  options.push_back({.name = "ambiguous",
                     .kind = adapters::option_kind::flag,
                     .value_name = "",
                     .help = "also deliveries of at_most_once actions that may have taken effect"});
  options.push_back({.name = "dry-run",
                     .kind = adapters::option_kind::flag,
                     .value_name = "",
                     .help = "say what would be given again, and why not"});
  return {{.name = "dlq redrive",
           .summary = "give dead letters again: events to the subject that failed on them, "
                      "deliveries to their channel",
           .positionals = {},
           .options = std::move(options),
           .details = "Asks the running node. An event is judged for the one subject its letter "
                      "names, with its first arrival; a delivery is sent under its id, from its "
                      "first attempt on and with its action's time to expire. The letter ends in "
                      "the commit that holds what came of it; what fails again is a new letter. "
                      "Exit code 1: something was not given again; 69: no node runs."},
          &run};
}

}  // namespace beckon::topology
