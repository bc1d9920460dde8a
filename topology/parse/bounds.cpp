#include "topology/parse/deployment_parts.hpp"
#include "topology/parse/scalars.hpp"

namespace beckon::topology {
namespace {

constexpr duration second{1'000};
constexpr duration minute = 60 * second;
constexpr duration day = 24 * 60 * minute;

void parse_budget(settings_reader& parent, const char* key, restart_budget& b, problems& out) {
  const settings* node = parent.node(key);
  if (node == nullptr) return;
  settings_reader reader(*node, "supervision of " + std::string(key), out);
  const section s{*node, reader, out};
  b.restarts = read_count(s, "restarts", b.restarts, 0, 1000);
  b.within = read_span(s, "within", b.within, second, day);
  b.first = read_span(s, "first", b.first, duration{1}, minute);
  b.longest = read_span(s, "longest", b.longest, duration{1}, 60 * minute);
  reader.finish();
  if (b.longest < b.first) {
    out.push_back(node->at("'longest' (" + to_string(b.longest) + ") is shorter than 'first' (" +
                               to_string(b.first) + ")",
                           "the back-off doubles from 'first' up to 'longest'"));
  }
}

log_level level_of(const std::string& name) {
  if (name == "debug") return log_level::debug;
  if (name == "warning") return log_level::warning;
  return name == "error" ? log_level::error : log_level::info;
}

}  // namespace

ingest_settings parse_ingest(const settings* node, problems& out) {
  ingest_settings i;
  if (node == nullptr) return i;
  settings_reader reader(*node, "ingest", out);
  const section s{*node, reader, out};
  i.durability = reader.choice("durability", {"fsync", "broker"}, "fsync") == "broker"
                     ? ingest_durability::by_broker
                     : ingest_durability::by_fsync;
  i.log_bytes =
      read_size(s, "log_bytes", i.log_bytes, std::uint64_t{1} << 20, std::uint64_t{1} << 40);
  reader.finish();
  return i;
}

limits parse_limits(const settings* node, problems& out) {
  limits l;
  if (node == nullptr) return l;
  settings_reader reader(*node, "limits", out);
  const section s{*node, reader, out};
  l.resident_sessions = read_count(s, "resident_sessions", 100'000, 16, 100'000'000);
  l.session_bytes =
      read_size(s, "session_bytes", l.session_bytes, std::uint64_t{1} << 20, std::uint64_t{1} << 40);
  l.epoch_events = read_count(s, "epoch_events", l.epoch_events, 1, 1'000'000);
  l.epoch_time = read_span(s, "epoch_time", l.epoch_time, duration{1}, 10 * second);
  l.quiet_epoch_time =
      read_span(s, "quiet_epoch_time", l.quiet_epoch_time, duration{0}, 10 * second);
  l.dedup_bytes =
      read_size(s, "dedup_bytes", l.dedup_bytes, std::uint64_t{1} << 20, std::uint64_t{1} << 40);
  l.dedup_window = read_span(s, "dedup_window", l.dedup_window, minute, 7 * day);
  l.queue_credit = read_count(s, "queue_credit", l.queue_credit, 1, 1'000'000);
  l.queue_bytes =
      read_size(s, "queue_bytes", l.queue_bytes, std::uint64_t{1} << 20, std::uint64_t{1} << 40);
  l.item_log_bytes = static_cast<std::int64_t>(
      read_size(s, "item_log_bytes", static_cast<std::uint64_t>(l.item_log_bytes),
                std::uint64_t{1} << 20, std::uint64_t{1} << 40));
  l.dead_letters = read_count(s, "dead_letters", 100'000, 1, 100'000'000);
  l.pending_decisions = read_count(s, "pending_decisions", 100'000, 1, 100'000'000);
  l.outbox_entries = read_count(s, "outbox_entries", 100'000, 1, 100'000'000);
  l.late_limit = read_span(s, "late_limit", l.late_limit, second, 3650 * day);
  l.max_future_skew = read_span(s, "max_future_skew", l.max_future_skew, duration::zero(), day);
  l.decisions_keep = read_span(s, "decisions_keep", l.decisions_keep, minute, 365 * day);
  l.queue_keep = read_span(s, "queue_keep", l.queue_keep, duration{0}, 7 * day);
  l.drain = read_span(s, "drain", l.drain, second, 10 * minute);
  reader.finish();
  return l;
}

supervision parse_supervision(const settings* node, problems& out) {
  supervision v;
  if (node == nullptr) return v;
  settings_reader reader(*node, "supervision", out);
  parse_budget(reader, "rule", v.rule, out);
  parse_budget(reader, "filter", v.filter, out);
  parse_budget(reader, "channel", v.channel, out);
  parse_budget(reader, "partition", v.partition, out);
  parse_budget(reader, "source", v.source, out);
  parse_budget(reader, "committer", v.committer, out);
  reader.finish();
  return v;
}

log_settings parse_log(const settings* node, problems& out) {
  log_settings l;
  if (node == nullptr) return l;
  settings_reader reader(*node, "log", out);
  l.level = level_of(reader.choice("level", {"debug", "info", "warning", "error"}, "info"));
  l.format = reader.choice("format", {"text", "json"}, "text") == "json" ? log_format::json
                                                                         : log_format::text;
  reader.finish();
  return l;
}

}  // namespace beckon::topology
