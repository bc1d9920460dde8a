// beckon dev: the whole way on one machine in one command: embedded broker, the demo configuration,
// simulated shoppers in one process, a sink for webhooks in another, a live funnel in between. The
// funnel is read from /metrics and must add up.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "adapters/cli/table.hpp"
#include "adapters/log/logger.hpp"
#include "topology/commands/command.hpp"
#include "topology/commands/configured.hpp"
#include "topology/dev/child.hpp"
#include "topology/dev/embedded.hpp"
#include "topology/dev/funnel.hpp"
#include "topology/dev/http_client.hpp"
#include "topology/node/node.hpp"
#include "topology/node/signals.hpp"

namespace beckon::topology {
namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

/// A directory that goes away with us.
struct scratch {
  fs::path path;
  scratch() {
    std::string name = (fs::temp_directory_path() / "beckon-dev-XXXXXX").string();
    if (mkdtemp(name.data())) path = name;
  }
  ~scratch() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
};

/// The demo configuration with every channel turned to the sink.
void write_configuration(const fs::path& to, const std::string& sink) {
  for (const auto& file : demo_configuration()) {
    const auto path = to / file.path;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << file.text;
  }
  std::ofstream channels(to / "channels.yaml");
  channels << "channels:\n";
  for (const auto* id : {"screen", "inbox", "bus"}) {
    channels << "  - {id: " << id << ", kind: webhook, url: \"" << sink << "/" << id
             << "\", allow_private: true}\n";
  }
}

/// The bucket's bound; nothing was measured yet: a dash.
std::string milliseconds(double seconds) {
  if (seconds <= 0) return "–";
  std::ostringstream out;
  out << "≤ " << std::setprecision(3) << seconds * 1000 << " ms";
  return out.str();
}

std::string one_line(const funnel& f) {
  std::ostringstream out;
  out << f.accepted << " events → " << f.matches << " matches → " << f.final_verdicts()
      << " verdicts (" << f.sent << " send) → " << f.delivered << " delivered;  event→channel p50 "
      << milliseconds(f.p50_seconds) << ", p99 " << milliseconds(f.p99_seconds);
  return out.str();
}

void print_funnel(const funnel& f, std::uint64_t simulated, std::uint64_t received,
                  const console& to) {
  adapters::table t({{"station"}, {"count", adapters::column_side::right}, {"what"}});
  const auto row = [&](std::string station, std::uint64_t n, std::string what) {
    t.add({std::move(station), std::to_string(n), std::move(what)});
  };
  row("simulator", simulated, "events sent");
  row("doors", f.accepted, "events accepted");
  row("partitions", f.judged, "inputs that concerned somebody's session");
  row("rules", f.matches,
      "matches fired (" + std::to_string(f.withheld) + " withheld by IF or FIRE)");
  row("routing", f.requests, "(match, action) pairs");
  for (const auto& [what, n] : f.verdicts) row("", n, what);
  row("outbox", f.sent, "deliveries decided");
  row("channels", f.delivered, "delivered (" + std::to_string(f.dead) + " given up)");
  row("sink", received, "distinct ids received by another process");
  to.out << t.to_string(2);
  to.out << "  event→channel: p50 " << milliseconds(f.p50_seconds) << ", p99 "
         << milliseconds(f.p99_seconds) << " (bucket bounds)\n";
}

/// A few of the delivered messages, one of each material, as a person would read them.
void print_messages(const fs::path& file, const console& to) {
  std::ifstream lines(file);
  std::set<std::string> shown;
  for (std::string line; std::getline(lines, line) && shown.size() < 5;) {
    const auto m = nlohmann::json::parse(line, nullptr, false);
    if (!m.is_object() || !shown.insert(m.value("material", "")).second) continue;
    const auto content = m.value("content", nlohmann::json::object());
    to.out << "\n  to " << m["subject"].value("id", "") << ", because of " << m.value("rule", "")
           << ":\n    " << to.out_is.paint(adapters::style::bold, content.value("title", ""))
           << "\n    " << content.value("body", "") << "\n";
  }
}

class demonstration {
 public:
  demonstration(const adapters::arguments& given, const console& to) : given_(given), to_(to) {}

  int run() {
    stop_signals signals;
    if (files_.path.empty()) return to_.fail(exit_unavailable, "cannot make a temporary directory");
    auto sink = child::start({"sink", "--output", "json", "--out", messages().string()});
    if (!sink) return to_.fail(exit_unavailable, sink.error());
    const auto hello = nlohmann::json::parse(sink->line(), nullptr, false);
    if (!hello.is_object()) return to_.fail(exit_unavailable, "the sink did not start");
    write_configuration(files_.path, hello.value("address", ""));
    const auto c = load_or_explain(files_.path.string(), to_);
    if (!c) return adapters::exit_configuration;
    fs::create_directories(c->deployment.data);
    adapters::logger log({.least = port::log_level::warning});
    auto started = node::start(*c, log, {.wake = [&] { signals.wake(); }});
    if (!started) return to_.fail(exit_unavailable, started.error());
    url_ = "http://" + (*started)->ingest_address();
    if (!to_.json) {
      to_.out << "beckon: a broker, a node and a web server for webhooks are up; "
              << given_.text("shoppers") << " shoppers come in\n  ingest " << url_
              << "/v1/batch   metrics " << url_ << "/metrics\n";
    }
    const int code = watch(signals, **started);
    if (given_.flag("stay") && code == exit_ok) {
      to_.out << "\n  staying up; send events to " << url_ << "/v1/track, stop with Ctrl-C\n"
              << std::flush;
      signals.wait();
    }
    (*started)->drain();
    return code;
  }

 private:
  fs::path messages() const { return files_.path / "delivered.ndjson"; }

  funnel read() {
    const auto text = http_.get(url_ + "/metrics");
    return text ? read_funnel(text->body) : funnel{};
  }

  std::uint64_t received() const {
    std::ifstream lines(messages());
    std::uint64_t n = 0;
    for (std::string line; std::getline(lines, line);) ++n;
    return n;
  }

  void show(const funnel& f, bool force) {
    const auto now = steady::now();
    const auto every =
        to_.out_is.interactive ? std::chrono::milliseconds(300) : std::chrono::seconds(5);
    if (to_.json || (!force && now - shown_ < every)) return;
    shown_ = now;
    if (to_.out_is.interactive) to_.out << "\r\x1b[K";
    to_.out << "  " << one_line(f) << (to_.out_is.interactive ? "" : "\n") << std::flush;
  }

  /// Until the shoppers are gone and everything has come to rest; then the account.
  int watch(stop_signals& signals, node& running) {
    auto shoppers =
        child::start({"simulate", "--output", "json", "--url", url_, "--for", given_.text("for"),
                      "--rate", given_.text("rate"), "--shoppers", given_.text("shoppers")});
    if (!shoppers) return to_.fail(exit_unavailable, shoppers.error());
    funnel f;
    int quiet = 0;
    const auto latest = steady::now() + given_.span("for") + std::chrono::seconds(25);
    std::uint64_t last = 0;
    while (quiet < 20 && steady::now() < latest) {
      if (signals.wait(100))
        return running.failed() ? to_.fail(exit_internal, *running.failed()) : exit_ok;
      f = read();
      show(f, false);
      const bool moved = f.matches + f.delivered != last;
      last = f.matches + f.delivered;
      quiet = !shoppers->running() && f.at_rest() && !moved ? quiet + 1 : 0;
    }
    if (to_.out_is.interactive) to_.out << '\n';
    const auto said = nlohmann::json::parse(shoppers->line(), nullptr, false);
    if (!said.is_object()) return to_.fail(exit_failure, "the simulator did not say what it sent");
    return account(f, said.value("sent", std::uint64_t{0}));
  }

  int account(const funnel& f, std::uint64_t simulated) {
    const auto arrived = received();
    const auto wrong = differences(f, simulated, arrived);
    if (to_.json) {
      to_.print({{"simulated", simulated},
                 {"accepted", f.accepted},
                 {"matches", f.matches},
                 {"requests", f.requests},
                 {"verdicts", f.verdicts},
                 {"sent", f.sent},
                 {"delivered", f.delivered},
                 {"received", arrived},
                 {"p50_seconds", f.p50_seconds},
                 {"p99_seconds", f.p99_seconds},
                 {"differences", wrong}});
    } else {
      print_funnel(f, simulated, arrived, to_);
      print_messages(messages(), to_);
      for (const auto& w : wrong) to_.err << "beckon: the funnel does not add up: " << w << '\n';
      if (wrong.empty())
        to_.out << "\n  the funnel adds up: sent = accepted, matched = verdicts + pending, "
                   "delivered = received\n";
    }
    return wrong.empty() ? exit_ok : exit_failure;
  }

  const adapters::arguments& given_;
  const console& to_;
  scratch files_;
  http_client http_;
  std::string url_;
  steady::time_point shown_{};
};

int run(const adapters::arguments& given, const console& to) {
  return demonstration(given, to).run();
}

}  // namespace

command dev_command() {
  using adapters::option_kind;
  return {{.name = "dev",
           .summary =
               "try Beckon: embedded broker, demo configuration, simulated shoppers, a live funnel",
           .positionals = {},
           .options = {{.name = "for",
                        .kind = option_kind::span,
                        .value_name = "TIME",
                        .help = "how long shoppers come in",
                        .fallback = "20 s"},
                       {.name = "rate",
                        .kind = option_kind::integer,
                        .value_name = "N",
                        .help = "events a second",
                        .fallback = "500",
                        .least = 1,
                        .most = 20'000},
                       {.name = "shoppers",
                        .kind = option_kind::integer,
                        .value_name = "N",
                        .help = "how many",
                        .fallback = "300",
                        .least = 1,
                        .most = 1'000'000},
                       {.name = "stay",
                        .kind = option_kind::flag,
                        .value_name = "",
                        .help = "stay up afterwards, until Ctrl-C"}},
           .details = "Everything is on loopback and in a temporary directory. Exit code 1: the "
                      "funnel does not add up."},
          &run};
}

}  // namespace beckon::topology
