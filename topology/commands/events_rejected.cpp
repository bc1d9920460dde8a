// beckon events rejected -c DIR: what sources refused; beckon events redrive: sent again, to be
// refused or taken like anything that comes.
#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "adapters/cli/table.hpp"
#include "adapters/nats/nats_bus.hpp"
#include "engine/access/normalise.hpp"
#include "messages/codec/json.hpp"
#include "messages/codec/recorded_event.hpp"
#include "messages/codec/segment.hpp"
#include "topology/bus_names.hpp"
#include "topology/bus_options.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/commands/letters.hpp"
#include "topology/commands/rejects.hpp"
#include "topology/dev/http_client.hpp"
#include "topology/run_file.hpp"

namespace beckon::topology {
namespace {

using nlohmann::json;

constexpr duration broker_patience{3'000};
constexpr std::uint64_t most_rejects = 100'000;

result<std::unique_ptr<adapters::nats_bus>> connect(const deployment& d) {
  auto options = bus_options_beside(d);
  if (!options) return options.error();
  options->name = "beckon events";
  options->connect_timeout = broker_patience;
  options->admin_timeout = broker_patience;
  return adapters::nats_bus::connect(*options);
}

json reject_line(const reject& r) {
  return {{"kind", "reject"},           {"number", r.number},
          {"source", r.source},         {"sequence", r.sequence},
          {"time", to_rfc3339(r.time)}, {"reason", r.reason},
          {"pointer", r.pointer},       {"data", r.whole}};
}

std::vector<std::string> cells_of(const reject& r) {
  return {std::to_string(r.number), to_rfc3339(r.time), r.source,
          printable(r.pointer.empty() ? r.reason : r.pointer + ": " + r.reason)};
}

/// Those the options ask for: by number, or of a source, or all.
std::vector<reject> chosen_of(std::vector<reject> all, const adapters::arguments& given) {
  const auto numbers = given.texts("number");
  const auto source = given.text("source");
  std::erase_if(all, [&](const reject& r) {
    const bool named = numbers.empty() || std::find(numbers.begin(), numbers.end(),
                                                    std::to_string(r.number)) != numbers.end();
    return !named || (!source.empty() && r.source != source);
  });
  return all;
}

/// What a command about rejects works with.
struct rejects_at {
  configuration config;
  std::unique_ptr<adapters::nats_bus> bus;
  std::vector<reject> chosen;
};

/// The exit code where there is none.
std::variant<rejects_at, int> open_rejects(const adapters::arguments& given, const console& to) {
  auto c = load_ground_or_explain(given.text("config"), to);
  if (!c) return adapters::exit_configuration;
  auto bus = connect(c->deployment);
  if (!bus) return to.fail(exit_unavailable, bus.error());
  auto all = read_rejects(**bus, most_rejects);
  if (!all) return to.fail(exit_unavailable, all.error());
  if (all->older > 0) to.warn(counted(all->older, "older reject") + " left out");
  return rejects_at{*std::move(c), *std::move(bus), chosen_of(std::move(all->newest), given)};
}

int list(const adapters::arguments& given, const console& to) {
  const auto at = open_rejects(given, to);
  if (const auto* code = std::get_if<int>(&at)) return *code;
  adapters::table rows({{"NUMBER"}, {"TIME"}, {"SOURCE"}, {"REASON"}, {"DATA"}});
  for (const reject& r : std::get<rejects_at>(at).chosen) {
    if (to.json) to.print(reject_line(r));
    auto cells = cells_of(r);
    cells.push_back(printable(r.data) + (r.cut ? " …" : ""));
    rows.add(std::move(cells));
  }
  if (!to.json) to.out << (rows.empty() ? "nothing was refused\n" : rows.to_string());
  return exit_ok;
}

/// Sends what was refused again.
class sender_again {
 public:
  sender_again(const rejects_at& at, std::optional<run_file> node)
      : at_(at), node_(std::move(node)) {}

  /// Why it would be refused again, by the configuration as it is now.
  result<void> check(const reject& r) {
    if (!r.exact)
      return error{errc::invalid,
                   "it was no text, and is not kept as it came: its sender sends it again"};
    auto raw = r.sequence == 0 ? read_item(r) : codec::read_published(r.whole, json_);
    if (!raw) return raw.error();
    raw->source = r.source;
    const auto& d = at_.config.deployment;
    const auto now = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
    const auto e = normalise(*std::move(raw), *at_.config.names.events,
                             {now, d.limits.max_future_skew, d.zone});
    return e ? result<void>() : result<void>(e.error());
  }

  /// Stored again; otherwise why not.
  result<void> send(const reject& r) {
    if (auto checked = check(r); !checked) return checked;
    return r.sequence == 0 ? post(r) : publish(r);
  }

 private:
  /// The item with the type that its path said.
  static json item_of(const reject& r) {
    auto item = json::parse(r.whole, nullptr, false);
    if (item.is_object() && !item.contains("type") && !r.type.empty()) item["type"] = r.type;
    return item;
  }

  result<raw_event> read_item(const reject& r) {
    auto fields = json_.read_object(item_of(r).dump());
    if (!fields) return fields.error();
    return codec::from_segment(*std::move(fields), "",
                               at_.config.names.events->entity("user")->id_attribute);
  }

  const source_settings* source_of(const reject& r) const {
    for (const auto& s : at_.config.deployment.sources) {
      if (s.id == r.source) return &s;
    }
    return nullptr;
  }

  /// As a client of the source's.
  result<void> publish(const reject& r) {
    const auto* source = source_of(r);
    if (source == nullptr || source->kind != source_kind::nats)
      return error{errc::not_found, "there is no NATS source '" + r.source + "' any more"};
    const auto& subject = r.subject.empty() ? source->subject : r.subject;
    auto stored = std::make_shared<std::promise<result<port::publish_ack>>>();
    auto answer = stored->get_future();
    at_.bus->publish(subject, r.whole, {}, [stored](result<port::publish_ack> ack) {
      stored->set_value(std::move(ack));
    });
    const auto ack = answer.get();
    return ack ? result<void>() : result<void>(ack.error());
  }

  /// With the source's write key, where it has one.
  result<void> post(const reject& r) {
    if (!node_) return error{errc::unavailable, "no node runs: HTTP clients' events go to one"};
    std::string key;
    for (const auto& k : at_.config.deployment.http.keys) {
      if (k.source.empty() || k.source == r.source) key = k.secret;
    }
    const auto answer = client_.post(node_->ingest + "/v1/" + r.source + "/batch",
                                     json{{"batch", json::array({item_of(r)})}}.dump(), key);
    if (!answer) return answer.error();
    if (answer->status == 202) return {};
    const auto said = json::parse(answer->body, nullptr, false);
    if (said.is_object() && said.contains("items") && !said["items"].empty())
      return error{errc::invalid, said["items"][0].value("message", "refused again"),
                   said["items"][0].value("pointer", "")};
    return error{errc::unavailable, "the node answers " + std::to_string(answer->status)};
  }

  const rejects_at& at_;
  std::optional<run_file> node_;
  http_client client_;
  codec::json_reader json_;
};

int redrive(const adapters::arguments& given, const console& to) {
  if (given.texts("number").empty() && given.text("source").empty() && !given.flag("all"))
    return to.fail(adapters::exit_usage,
                   "events redrive: say which: --number N, --source ID or --all");
  const auto opened = open_rejects(given, to);
  if (const auto* code = std::get_if<int>(&opened)) return *code;
  const auto& at = std::get<rejects_at>(opened);
  const auto running = read_run_file(at.config.deployment.data);
  sender_again again(at, running ? std::optional(*running) : std::nullopt);
  adapters::table rows({{"NUMBER"}, {"TIME"}, {"SOURCE"}, {"REASON"}, {"FATE"}, {"WHY"}});
  const bool rehearsed = given.flag("dry-run");
  bool all = true;
  for (const reject& r : at.chosen) {
    const auto sent = rehearsed ? again.check(r) : again.send(r);
    if (sent && !rehearsed) {
      if (const auto removed = at.bus->remove(std::string(rejected_stream), r.number); !removed)
        to.warn("it was sent again, and is still listed: " + removed.error().to_string());
    }
    all = all && sent.ok();
    const std::string fate =
        rehearsed ? (sent ? "would_redrive" : "would_refuse") : (sent ? "redriven" : "refused");
    const std::string why = sent ? "" : sent.error().to_string();
    if (to.json) {
      auto line = reject_line(r);
      line["fate"] = fate;
      line["why"] = why;
      to.print(line);
    }
    auto cells = cells_of(r);
    cells.insert(cells.end(), {fate, why});
    rows.add(std::move(cells));
  }
  if (!to.json) to.out << (rows.empty() ? "no such rejects\n" : rows.to_string());
  return all || rehearsed ? exit_ok : exit_failure;
}

adapters::option_spec source_option() {
  return {.name = "source", .value_name = "ID", .help = "only those of this source"};
}

}  // namespace

command events_rejected_command() {
  return {
      {.name = "events rejected",
       .summary = "list what sources refused, with the JSON pointer of what is wrong",
       .options = {config_option(), source_option()},
       .details = "Of NATS sources everything that was no event; of HTTP clients, who were told "
                  "so, what the catalogue refused, at most 100 a second. The newest are kept. "
                  "Exit code 69: the broker does not answer."},
      &list};
}

command events_redrive_command() {
  return {
      {.name = "events redrive",
       .summary = "send what sources refused again: once the catalogue takes it",
       .options = {config_option(),
                   source_option(),
                   {.name = "number",
                    .value_name = "N",
                    .help = "this one, as `events rejected` numbers it",
                    .repeated = true},
                   {.name = "all",
                    .kind = adapters::option_kind::flag,
                    .value_name = "",
                    .help = "everything"},
                   {.name = "dry-run",
                    .kind = adapters::option_kind::flag,
                    .value_name = "",
                    .help = "say what would be sent, and what would be refused again"}},
       .details = "It is sent as its client would send it: it arrives now, and where it has an "
                  "id, that is what keeps it from being applied twice. What the catalogue still "
                  "refuses is not sent and stays; what is sent leaves the list. Exit code 1: "
                  "something was not sent."},
      &redrive};
}

}  // namespace beckon::topology
