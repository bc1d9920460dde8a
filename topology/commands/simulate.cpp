// beckon simulate: shoppers that send events to an ingest address over HTTP, in batches, every
// event with its id; a batch refused with 503 or unanswered is sent again with the same ids. Prints
// what it sent as one line of JSON.
#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

#include "messages/codec/json.hpp"
#include "topology/commands/command.hpp"
#include "topology/dev/http_client.hpp"
#include "topology/dev/shoppers.hpp"

namespace beckon::topology {
namespace {

using steady = std::chrono::steady_clock;

struct tally {
  std::uint64_t sent = 0, accepted = 0, rejected = 0, retries = 0;
};

void append_item(std::string& body, const shopper_event& e, const std::string& id) {
  const bool identify = e.event == "identify";
  if (body.back() != '[') body += ',';
  body += identify ? R"({"type":"identify","userId":)" : R"({"type":"track","userId":)";
  codec::append_json_text(body, e.user);
  body += R"(,"messageId":)";
  codec::append_json_text(body, id);
  if (!identify) {
    body += R"(,"event":)";
    codec::append_json_text(body, e.event);
  }
  body += identify ? R"(,"traits":)" : R"(,"properties":)";
  codec::append_json(body, e.properties);
  body += '}';
}

/// Until the batch was answered; false when the address does not answer for 30 s.
bool deliver(http_client& http, const std::string& url, const std::string& body, tally& t) {
  for (int tries = 0; tries < 150; ++tries) {
    const auto answer = http.post(url, body);
    if (answer && (answer->status == 202 || answer->status == 400)) {
      const auto json = nlohmann::json::parse(answer->body, nullptr, false);
      if (json.is_object()) {
        t.accepted += json.value("accepted", std::uint64_t{0});
        t.rejected += json.value("rejected", std::uint64_t{0});
      }
      return true;
    }
    ++t.retries;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return false;
}

int run(const adapters::arguments& given, const console& to) {
  const auto rate = static_cast<double>(given.integer("rate"));
  const auto ends = steady::now() + given.span("for");
  const auto seed = static_cast<std::uint64_t>(given.integer("seed"));
  shoppers people(static_cast<std::uint32_t>(given.integer("shoppers")), seed);
  const std::string url = given.text("url") + "/v1/batch";
  http_client http;
  tally t;
  const auto begun = steady::now();
  while (steady::now() < ends) {
    const auto due = std::chrono::duration<double>(steady::now() - begun).count() * rate;
    std::string body = R"({"batch":[)";
    std::uint64_t items = 0;
    for (; static_cast<double>(t.sent + items) < due && items < 200; ++items) {
      append_item(body, people.next(),
                  "sim-" + std::to_string(seed) + "-" + std::to_string(t.sent + items));
    }
    if (items > 0 && !deliver(http, url, body + "]}", t))
      return to.fail(exit_unavailable, "nobody answers at " + url);
    t.sent += items;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  to.print({{"sent", t.sent},
            {"accepted", t.accepted},
            {"rejected", t.rejected},
            {"retries", t.retries}});
  return exit_ok;
}

}  // namespace

command simulate_command() {
  using adapters::option_kind;
  return {{.name = "simulate",
           .summary = "send what simulated shoppers do to a node's ingest address",
           .positionals = {},
           .options = {{.name = "url",
                        .value_name = "URL",
                        .help = "as `beckon url ingest` prints it",
                        .required = true},
                       {.name = "for",
                        .kind = option_kind::span,
                        .value_name = "TIME",
                        .help = "how long",
                        .fallback = "15 s"},
                       {.name = "rate",
                        .kind = option_kind::integer,
                        .value_name = "N",
                        .help = "events a second",
                        .fallback = "300",
                        .least = 1,
                        .most = 100'000},
                       {.name = "shoppers",
                        .kind = option_kind::integer,
                        .value_name = "N",
                        .help = "how many",
                        .fallback = "200",
                        .least = 1,
                        .most = 10'000'000},
                       {.name = "seed",
                        .kind = option_kind::integer,
                        .value_name = "N",
                        .help = "of the random choices",
                        .fallback = "1",
                        .least = 0}}},
          &run};
}

}  // namespace beckon::topology
