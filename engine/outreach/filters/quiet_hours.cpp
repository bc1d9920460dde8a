// quiet_hours: nothing between `from` and `to` ("22:00", "08:00") by the user's clock: the zone in
// the profile's attribute `zone` (default tz), else, and where that names no zone (counted as
// unknown_zone), the deployment's. `days`: those on which a quiet time begins (default: all).
// `then: defer` (default) takes the decision up again at the end, up to `spread` later, by
// occurrence; `drop` refuses, and so does an end at which the action has expired. Reason:
// quiet_hours.
//
// When clocks change, quiet is every moment at which the user's clock reads [from, to), and all
// between two such readings of one night: a `from` or `to` that the clock skips is the moment of
// the skip; of one that it shows twice, the first begins and the second ends.
#include <algorithm>
#include <array>
#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "engine/base/zone.hpp"
#include "engine/outreach/action.hpp"
#include "engine/outreach/filters/kinds.hpp"

namespace beckon::outreach {
namespace {

constexpr int day_seconds = 24 * 60 * 60;
constexpr std::array<const char*, 7> day_names = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// Whether a quiet time begins on it, by absl::Weekday (Monday first).
using begin_days = std::array<bool, 7>;

struct quiet_settings {
  int from = 0;  ///< seconds of the day
  int to = 0;
  begin_days days{};
  std::string attribute;
  absl::TimeZone zone;
  std::string zone_name;
  bool defer = true;
  duration spread{};
};

absl::CivilSecond at(absl::CivilDay day, int second) {
  return absl::CivilSecond(day) + second;
}

timestamp from_time(absl::Time t) {
  return from_ms(absl::ToUnixMillis(t));
}

/// When the user's clock first reads it, or skips it.
timestamp begins(const absl::TimeZone& zone, absl::CivilSecond when) {
  const auto info = zone.At(when);
  return from_time(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre);
}

/// When it last reads it, or skips it.
timestamp ends(const absl::TimeZone& zone, absl::CivilSecond when) {
  const auto info = zone.At(when);
  return from_time(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.post);
}

class quiet_hours final : public filter {
 public:
  explicit quiet_hours(quiet_settings s) : set_(std::move(s)) {}

  verdict judge(const question& q) const noexcept override {
    verdict v;
    const auto* own = find_field(q.known.profile, set_.attribute);
    const auto* name = own == nullptr ? nullptr : own->as_text();
    const auto theirs = name == nullptr ? std::nullopt : find_zone(*name);
    if (own != nullptr && !theirs) v.note = "unknown_zone";
    const auto end = quiet_until(theirs ? *theirs : set_.zone, q.now);
    if (!end) return v;
    v.pass = false;
    v.reason = "quiet_hours";
    v.values = {{"zone", theirs ? *name : set_.zone_name}, {"quiet_until", *end}};
    const auto expires = expiry_of(q.by, q.what.fired);
    if (!set_.defer || *end >= expires) return v;
    v.later = postponement{wait_reason::deferred,
                           std::min(*end + later(q.what.occurrence), expires - duration{1})};
    return v;
  }

 private:
  duration later(hash128 occurrence) const noexcept {
    if (set_.spread == duration::zero()) return {};
    return duration{static_cast<std::int64_t>(occurrence.low %
                                              static_cast<std::uint64_t>(set_.spread.count() + 1))};
  }

  /// The end of the quiet time that `now` lies in; where the next begins at once (the clock skipped
  /// what lay between), the end of that.
  std::optional<timestamp> quiet_until(const absl::TimeZone& zone, timestamp now) const noexcept {
    auto end = end_of_quiet(zone, now);
    for (auto next = end; next; next = end_of_quiet(zone, *end)) end = next;
    return end;
  }

  std::optional<timestamp> end_of_quiet(const absl::TimeZone& zone, timestamp now) const noexcept {
    const absl::CivilDay today = absl::ToCivilDay(absl::FromUnixMillis(to_ms(now)), zone);
    std::optional<timestamp> end;
    for (int i = -2; i <= 1; ++i) {  // a day more on both sides, for clocks that change at midnight
      const absl::CivilDay day = today + i;
      if (!set_.days[static_cast<std::size_t>(absl::GetWeekday(day))]) continue;
      const auto last = set_.to > set_.from ? day : day + 1;
      const auto until = ends(zone, at(last, set_.to));
      if (begins(zone, at(day, set_.from)) <= now && now < until)
        end = std::max(end.value_or(until), until);
    }
    return end;
  }

  quiet_settings set_;
};

/// "22:00", "22:00:30" as seconds of the day.
std::optional<int> time_of_day(std::string_view text) {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9') return std::nullopt;
    if (i % 3 != 2) parts[i / 3] = parts[i / 3] * 10 + (text[i] - '0');
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return (parts[0] * 60 + parts[1]) * 60 + parts[2];
}

int read_time(settings_reader& options, const settings& node, std::string_view key, problems& out) {
  const std::size_t before = out.size();
  const std::string text = options.text(key);
  if (out.size() != before) return 0;
  const auto read = time_of_day(text);
  if (!read) {
    out.push_back(node.find(key)->at("'" + text + "' is no time of the day",
                                     "write \"22:00\": from \"00:00\" to \"23:59\""));
  }
  return read.value_or(0);
}

void read_days(settings_reader& options, const settings& node, begin_days& to, problems& out) {
  const settings* list = node.find("days");
  const auto names = options.texts("days");
  to.fill(list == nullptr);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::find(day_names.begin(), day_names.end(), names[i]);
    if (found != day_names.end()) {
      to[static_cast<std::size_t>(found - day_names.begin())] = true;
      continue;
    }
    out.push_back(
        list->at("'" + names[i] + "' is no day", "write mon, tue, wed, thu, fri, sat or sun"));
  }
  if (list != nullptr && names.empty())
    out.push_back(list->at("no quiet time begins on any day", "name a day, or leave 'days' out"));
}

/// Those that wait must be spread before the next quiet time begins.
void check_spread(const quiet_settings& s, const settings& node, problems& out) {
  const int open = (s.from - s.to + day_seconds) % day_seconds;
  if (s.from == s.to) {
    out.push_back(node.find("to")->at("'from' and 'to' are the same time",
                                      "to hear of nothing at all, disable the action"));
  } else if (s.spread < duration::zero() || s.spread > std::chrono::seconds(open) / 2) {
    out.push_back(
        node.find("spread")->at("'spread' must be at most half of the time between quiet times, " +
                                beckon::to_string(duration(std::chrono::seconds(open)) / 2)));
  }
}

}  // namespace

std::unique_ptr<const filter> make_quiet_hours(settings_reader& options, const settings& node,
                                               const filter_environment& env, problems& out) {
  const std::size_t before = out.size();
  quiet_settings s;
  s.from = read_time(options, node, "from", out);
  s.to = read_time(options, node, "to", out);
  read_days(options, node, s.days, out);
  s.attribute = options.text("zone", "tz");
  s.defer = options.choice("then", {"defer", "drop"}, "defer") == "defer";
  s.spread = options.span("spread", duration::zero());
  if (out.size() == before) check_spread(s, node, out);
  if (out.size() != before) return nullptr;
  const auto zone = find_zone(env.zone);
  s.zone = zone.value_or(absl::UTCTimeZone());
  s.zone_name = zone ? env.zone : "UTC";
  return std::make_unique<const quiet_hours>(std::move(s));
}

}  // namespace beckon::outreach
