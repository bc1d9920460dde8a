// beckon dlq list -c DIR: what could not be handled: dead letters from the store, beside a running
// node or without one, and what NATS sources refused, from the broker where it answers.
#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "messages/codec/dead_letter.hpp"
#include "messages/codec/json.hpp"
#include "topology/bus_options.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/letters.hpp"
#include "topology/commands/rejects.hpp"

namespace beckon::topology {
namespace {

constexpr std::uint64_t most_rejects = 1000;
constexpr duration broker_patience{3'000};

nlohmann::json reject_json(const reject& r) {
  return {{"kind", "reject"},       {"source", r.source},
          {"sequence", r.sequence}, {"time", to_rfc3339(r.time)},
          {"reason", r.reason},     {"pointer", r.pointer},
          {"data", r.data},         {"cut", r.cut}};
}

result<reject_list> rejects_at_broker(const deployment& d) {
  auto options = bus_options_beside(d);
  if (!options) return options.error();
  options->name = "beckon dlq";
  options->connect_timeout = broker_patience;
  options->admin_timeout = broker_patience;
  const auto bus = adapters::nats_bus::connect(*options);
  if (!bus) return bus.error();
  return read_rejects(**bus, most_rejects);
}

void print_table(const reject_list& rejects, const console& to) {
  adapters::table rows({{"TIME"}, {"SOURCE"}, {"SEQUENCE"}, {"REASON"}, {"DATA"}});
  for (const reject& r : rejects.newest) {
    std::string data;
    codec::append_json_text(data, r.data);
    rows.add({to_rfc3339(r.time), r.source, std::to_string(r.sequence),
              printable(r.pointer.empty() ? r.reason : r.pointer + ": " + r.reason),
              data + (r.cut ? " …" : "")});
  }
  if (!rows.empty()) to.out << "refused by NATS sources:\n" << rows.to_string();
}

std::string given_again(const codec::dead_letter_row& l) {
  const auto times = codec::times_redriven(l);
  return times == 0 ? "" : " [given again " + counted(times, "time") + " before]";
}

void print_table(const std::vector<codec::dead_letter_row>& letters, const console& to) {
  adapters::table rows(
      {{"TIME"}, {"ACTOR"}, {"SUBJECT"}, {"EVENT"}, {"SOURCE"}, {"REASON"}, {"ID"}});
  for (const auto& l : letters) {
    rows.add({to_rfc3339(l.time), l.actor, printable(l.who.kind + ":" + l.who.id), l.event_type,
              l.source, printable(l.reason) + given_again(l), to_hex(l.id)});
  }
  if (rows.empty()) {
    to.out << "no dead letters\n";
  } else {
    to.out << rows.to_string();
  }
}

/// What cannot be read at the broker is said, and the rest is listed all the same.
reject_list rejects_or_warning(const deployment& d, const console& to) {
  auto rejects = rejects_at_broker(d);
  if (!rejects) {
    to.warn("what NATS sources refused was not read: " + rejects.error().to_string());
    return {};
  }
  if (rejects->older > 0)
    to.warn(counted(rejects->older, "older reject") + " at the broker not shown");
  return *std::move(rejects);
}

int run(const adapters::arguments& given, const console& to) {
  const auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  auto letters = stored_letters(c->deployment);
  if (!letters) return to.fail(exit_unavailable, letters.error());
  const auto wanted = filter_of(given);
  std::erase_if(*letters, [&](const auto& l) { return !fits(wanted, l); });
  const auto rejects =
      wanted.asks_for_all() ? rejects_or_warning(c->deployment, to) : reject_list{};
  if (to.json) {
    for (const auto& l : *letters) to.print(letter_json(l));
    for (const auto& r : rejects.newest) to.print(reject_json(r));
    return exit_ok;
  }
  if (!letters->empty() || rejects.newest.empty()) print_table(*letters, to);
  print_table(rejects, to);
  return exit_ok;
}

}  // namespace

command dlq_list_command() {
  auto options = letter_options();
  options.insert(options.begin(), config_option());
  return {
      {.name = "dlq list",
       .summary = "list what could not be handled: poison events and decisions, refused messages",
       .positionals = {},
       .options = std::move(options),
       .details = "Dead letters come from the store; the newest 1000 messages that NATS sources "
                  "refused come from the "
                  "broker, unless dead letters are chosen by an option, and where it does not "
                  "answer, that is said. With --output json one "
                  "object a line, its kind "
                  "dead_letter or reject."},
      &run};
}

}  // namespace beckon::topology
