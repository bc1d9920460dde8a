// beckon sink: a web server that takes webhooks and counts distinct ids: the other side of a
// channel, for trying out and for tests. Prints its address first, and what it received when it is
// told to stop, each as one line of JSON.
#include <fstream>
#include <map>
#include <mutex>
#include <set>

#include <nlohmann/json.hpp>

#include "adapters/http/listener/listener.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "topology/commands/command.hpp"
#include "topology/node/signals.hpp"

namespace beckon::topology {
namespace {

class inbox {
 public:
  inbox(std::ostream* lines, std::int64_t refuse_every, std::string retry_after)
      : lines_(lines), refuse_every_(refuse_every), retry_after_(std::move(retry_after)) {}

  adapters::http_response take(const adapters::http_request& request) {
    const std::lock_guard hold(guard_);
    ++requests_;
    const std::string id(request.header("webhook-id"));
    auto& times = seen_[id];
    if (times == 0 && refuse_every_ > 0 && refused_.insert(id).second &&
        static_cast<std::int64_t>(refused_.size()) % refuse_every_ == 0) {
      return {503, "text/plain", "not now", {{"Retry-After", retry_after_}}};
    }
    if (++times == 1 && lines_) *lines_ << request.body << '\n' << std::flush;
    if (times > 1) ++repeats_;
    return {200, "text/plain", "ok", {}};
  }

  nlohmann::json tally() const {
    std::uint64_t distinct = 0;
    for (const auto& [id, times] : seen_) distinct += times > 0;
    return {{"requests", requests_}, {"distinct", distinct}, {"repeats", repeats_}};
  }

 private:
  std::mutex guard_;
  std::ostream* lines_;
  std::int64_t refuse_every_;
  std::string retry_after_;
  std::map<std::string, std::uint64_t> seen_;
  std::set<std::string> refused_;
  std::uint64_t requests_ = 0, repeats_ = 0;
};

int run(const adapters::arguments& given, const console& to) {
  stop_signals signals;
  std::ofstream file;
  if (given.has("out")) file.open(given.text("out"), std::ios::app);
  if (given.has("out") && !file)
    return to.fail(exit_unavailable, "cannot write " + given.text("out"));
  inbox box(given.has("out") ? &file : nullptr, given.integer("refuse-every"),
            given.text("retry-after"));
  adapters::prometheus_metrics probes({version_text, ""});
  port::null_log quiet;
  adapters::http_routes routes;
  routes.add("POST", "/{channel}", "webhook",
             [&](const adapters::http_request& r, const adapters::http_answer& answer) {
               answer(box.take(r));
             });
  adapters::http_options options;
  options.listen = given.text("listen");
  options.max_connections = 4096;
  adapters::http_listener listener(options, std::move(routes), probes, quiet);
  if (auto started = listener.start(); !started) return to.fail(exit_unavailable, started.error());
  to.print({{"address", "http://" + listener.address()}});
  to.out.flush();
  signals.wait();
  listener.stop(std::chrono::seconds(1));
  to.print(box.tally());
  return exit_ok;
}

}  // namespace

command sink_command() {
  using adapters::option_kind;
  return {
      {.name = "sink",
       .summary = "take webhooks on this machine, count them and write them down",
       .positionals = {},
       .options = {{.name = "listen",
                    .value_name = "ADDRESS",
                    .help = "loopback address and port; 0: any",
                    .fallback = "127.0.0.1:0"},
                   {.name = "out", .value_name = "FILE", .help = "append the body of every new id"},
                   {.name = "refuse-every",
                    .kind = option_kind::integer,
                    .value_name = "N",
                    .help = "answer 503 to every N-th new id once; 0: never",
                    .fallback = "0",
                    .least = 0},
                   {.name = "retry-after",
                    .value_name = "SECONDS",
                    .help = "what a 503 says",
                    .fallback = "1"}}},
      &run};
}

}  // namespace beckon::topology
