#include "topology/dev/funnel.hpp"

#include <cstdlib>

namespace beckon::topology {
namespace {

struct sample {
  std::string_view name;
  std::string_view labels;
  double value = 0;
};

sample read_line(std::string_view line) {
  const auto space = line.rfind(' ');
  if (line.empty() || line.front() == '#' || space == std::string_view::npos) return {};
  const auto head = line.substr(0, space);
  const auto brace = head.find('{');
  const std::string number(line.substr(space + 1));
  return {head.substr(0, brace),
          brace == std::string_view::npos ? std::string_view{} : head.substr(brace),
          std::strtod(number.c_str(), nullptr)};
}

std::string label(std::string_view labels, std::string_view name) {
  const std::string wanted = std::string(name) + "=\"";
  const auto at = labels.find(wanted);
  if (at == std::string_view::npos) return {};
  const auto begin = at + wanted.size();
  return std::string(labels.substr(begin, labels.find('"', begin) - begin));
}

double quantile(const std::map<double, double>& buckets, double q) {
  if (buckets.empty() || buckets.rbegin()->second == 0) return 0;
  const double rank = q * buckets.rbegin()->second;
  for (const auto& [bound, count] : buckets) {
    if (count >= rank) return bound;
  }
  return buckets.rbegin()->first;
}

void add(funnel& f, const sample& s, std::map<double, double>& latency) {
  const auto n = s.value < 0 ? 0 : static_cast<std::uint64_t>(s.value);
  if (s.name == "beckon_ingest_accepted_total") f.accepted += n;
  if (s.name == "beckon_events_total") f.taken += n;
  if (s.name == "beckon_events_judged_total") f.judged += n;
  if (s.name == "beckon_matches_total") f.matches += n;
  if (s.name == "beckon_matches_withheld_total") f.withheld += n;
  if (s.name == "beckon_requests_total") f.requests += n;
  if (s.name == "beckon_verdicts_total")
    f.verdicts[label(s.labels, "by") + ": " + label(s.labels, "reason")] += n;
  if (s.name == "beckon_verdicts_total" && label(s.labels, "by") == "send") f.sent += n;
  if (s.name == "beckon_delivered_total") f.delivered += n;
  if (s.name == "beckon_deliveries_total" && label(s.labels, "outcome") != "delivered") f.dead += n;
  if (s.name == "beckon_dead_letters_redriven_total" && label(s.labels, "kind") == "delivery")
    f.redriven += n;
  if (s.name == "beckon_decisions_pending") f.pending += n;
  if (s.name == "beckon_pending_decisions") f.put_off += n;
  if (s.name == "beckon_outbox_entries") f.outbox += n;
  if (s.name == "beckon_queue_lag_messages") f.lag += n;
  if (s.name == "beckon_event_to_channel_seconds_bucket") {
    latency[std::strtod(label(s.labels, "le").c_str(), nullptr)] += s.value;
  }
}

void compare(std::vector<std::string>& out, const char* left_name, std::uint64_t left,
             const char* right_name, std::uint64_t right) {
  if (left == right) return;
  out.push_back(std::string(left_name) + " " + std::to_string(left) + ", but " + right_name + " " +
                std::to_string(right));
}

}  // namespace

std::uint64_t funnel::final_verdicts() const {
  std::uint64_t sum = 0;
  for (const auto& [what, n] : verdicts) sum += n;
  return sum;
}

funnel read_funnel(std::string_view exposition) {
  funnel f;
  std::map<double, double> latency;
  while (!exposition.empty()) {
    const auto end = exposition.find('\n');
    add(f, read_line(exposition.substr(0, end)), latency);
    exposition.remove_prefix(end == std::string_view::npos ? exposition.size() : end + 1);
  }
  f.p50_seconds = quantile(latency, 0.5);
  f.p99_seconds = quantile(latency, 0.99);
  return f;
}

std::vector<std::string> differences(const funnel& f, std::uint64_t simulated,
                                     std::uint64_t received) {
  std::vector<std::string> out;
  compare(out, "sent by the simulator", simulated, "accepted", f.accepted);
  compare(out, "matched (match, action)", f.requests, "final verdicts + pending",
          f.final_verdicts() + f.pending + f.put_off);
  compare(out, "decided to send + redriven", f.sent + f.redriven, "delivered + dead + in the outbox",
          f.delivered + f.dead + f.outbox);
  compare(out, "delivered", f.delivered, "distinct ids received by the sink", received);
  return out;
}

}  // namespace beckon::topology
