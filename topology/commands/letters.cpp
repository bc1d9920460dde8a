#include "topology/commands/letters.hpp"

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "adapters/rocksdb/rocksdb_store.hpp"
#include "messages/codec/dead_letter.hpp"
#include "topology/data_layout.hpp"

namespace beckon::topology {
namespace {

/// All dead letters of a store, by time; rows that cannot be read are errors.
result<std::vector<codec::dead_letter_row>> read_letters(port::store& from,
                                                         std::uint32_t partitions) {
  std::vector<codec::dead_letter_row> letters;
  std::optional<error> wrong;
  for (std::uint32_t p = 0; p < partitions && !wrong; ++p) {
    const auto visit = [&](port::row_kind, std::string_view, std::string_view content) {
      auto row = codec::decode_dead_letter(content);
      if (!row) {
        wrong = row.error();
        return false;
      }
      letters.push_back(*std::move(row));
      return true;
    };
    if (auto scanned = from.scan(p, port::row_kind::dead_letter, "", visit); !scanned)
      return scanned.error();
  }
  if (wrong) return *wrong;
  std::stable_sort(letters.begin(), letters.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return letters;
}

/// The delivery a letter holds; one without a rule or channel where it holds none.
codec::outbox_row delivery_in(const codec::dead_letter_row& l) {
  if (codec::content_of(l) != codec::letter_content::delivery) return {};
  auto row = codec::decode_outbox(l.input);
  return row ? *std::move(row) : codec::outbox_row{};
}

/// The rule it is about: of its delivery, of its decision, or the one its session was judging.
std::string rule_of(const codec::dead_letter_row& l) {
  constexpr std::string_view decision = "$decision ";
  constexpr std::string_view judging = " (rule ";
  if (l.event_type.starts_with(decision)) return l.event_type.substr(decision.size());
  const auto at = l.reason.rfind(judging);
  if (l.actor == "session" && at != std::string::npos && l.reason.ends_with(')')) {
    const auto from = at + judging.size();
    return l.reason.substr(from, l.reason.size() - 1 - from);
  }
  return delivery_in(l).rule;
}

}  // namespace

result<std::vector<codec::dead_letter_row>> stored_letters(const deployment& d) {
  adapters::rocksdb_options options;
  options.directory = state_directory(d.data);
  std::error_code failed;
  if (!std::filesystem::exists(options.directory, failed))
    return std::vector<codec::dead_letter_row>{};
  auto store = adapters::open_read_only(options);
  if (!store) return store.error();
  return read_letters(**store, d.partitions);
}

std::vector<adapters::option_spec> letter_options() {
  return {
      {.name = "rule", .value_name = "RULE", .help = "only those about this rule"},
      {.name = "channel", .value_name = "ID", .help = "only deliveries of this channel"},
      {.name = "reason", .value_name = "TEXT", .help = "only those whose reason has this in it"},
      {.name = "subject", .value_name = "ID", .help = "only those of this subject"}};
}

letter_filter filter_of(const adapters::arguments& given) {
  return {given.text("rule"), given.text("channel"), given.text("reason"), given.text("subject")};
}

bool fits(const letter_filter& wanted, const codec::dead_letter_row& l) {
  return (wanted.subject.empty() || l.who.id == wanted.subject) &&
         l.reason.find(wanted.reason) != std::string::npos &&
         (wanted.rule.empty() || rule_of(l) == wanted.rule) &&
         (wanted.channel.empty() || delivery_in(l).channel == wanted.channel);
}

std::vector<codec::dead_letter_row> letters_named(const std::vector<codec::dead_letter_row>& all,
                                                  const std::string& id) {
  std::vector<codec::dead_letter_row> found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const auto& l) { return to_hex(l.id).starts_with(id); });
  return found;
}

nlohmann::json letter_json(const codec::dead_letter_row& l) {
  return {{"kind", "dead_letter"},
          {"id", to_hex(l.id)},
          {"time", to_rfc3339(l.time)},
          {"actor", l.actor},
          {"reason", l.reason},
          {"subject_kind", l.who.kind},
          {"subject", l.who.id},
          {"source", l.source},
          {"event_id", l.event_id},
          {"event_type", l.event_type},
          {"partition", l.partition},
          {"epoch", l.epoch},
          {"redriven", codec::times_redriven(l)}};
}

/// What strangers wrote, without what could steer a terminal.
std::string printable(std::string text) {
  const auto steers = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), steers, ' ');
  return text;
}

}  // namespace beckon::topology
