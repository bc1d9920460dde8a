// fatigue: at most `most` sends `within` a rolling window, per `scope` (user, or user+action). The
// window is half-open: a send exactly `within` ago counts no more. Sends later than now count too,
// since replay decides out of order. Reason: capped.
//
// `hold`: who would take the last place of the window waits so long (reason: held) for others of
// the same subject that want it too; those join, and wait no longer than the first does. Then they
// are decided by priority, then firing time. Nobody is held twice; without a place left at the end
// the reason is outranked. An action that expires too soon to be held is decided at once: against
// those held, outranked by one of its priority or a higher one that fired no later.
#include <algorithm>

#include "engine/outreach/action.hpp"
#include "engine/outreach/filters/kinds.hpp"

namespace beckon::outreach {
namespace {

constexpr std::int64_t highest_cap = 1'000'000;
constexpr duration longest_window = std::chrono::hours(24 * 366);
constexpr duration longest_hold = std::chrono::hours(1);
/// An action that expires so soon after a hold would be too late when the hold is noticed to end.
constexpr duration to_spare{1'000};

struct fatigue_settings {
  bool per_action = false;
  std::size_t most = 1;
  duration within{};
  duration hold{};  ///< zero: none
};

class fatigue final : public filter {
 public:
  explicit fatigue(fatigue_settings s) : set_(s) {}

  verdict judge(const question& q) const noexcept override {
    const timestamp after = saturating_add(q.now, -set_.within);
    const auto action = set_.per_action ? std::string_view(q.by.id) : std::string_view();
    const std::size_t count = q.known.sends.count(after, action);
    verdict v{count < set_.most,
              "",
              {{"count", static_cast<std::int64_t>(count)},
               {"most", static_cast<std::int64_t>(set_.most)},
               {"within", set_.within}}};
    const auto& by = q.what.held_by;
    const bool was_held = std::find(by.begin(), by.end(), q.filter) != by.end();
    if (!v.pass)
      v.reason = was_held ? "outranked" : "capped";
    else if (set_.hold > duration::zero() && count + 1 == set_.most && !was_held)
      let_compete(q, v);
    return v;
  }

  duration looks_back() const noexcept override { return set_.within; }

 private:
  /// Who fired long before the others (replay) does not join: it would wait too long.
  const open_hold* to_join(const question& q, timestamp own_end) const noexcept {
    for (const open_hold& h : q.known.holds) {
      if (h.filter == q.filter && h.until > q.now && h.until <= own_end) return &h;
    }
    return nullptr;
  }

  void let_compete(const question& q, verdict& v) const {
    const timestamp own_end = saturating_add(q.now, set_.hold);
    const open_hold* joined = to_join(q, own_end);
    const timestamp until = joined != nullptr ? joined->until : own_end;
    if (saturating_add(until, to_spare) < expiry_of(q.by, q.what.fired)) {
      v.pass = false;
      v.reason = "held";
      v.values.push_back({"held_until", until});
      v.later = postponement{wait_reason::held, until};
    } else if (joined != nullptr && !goes_before(q, *joined)) {
      v.pass = false;
      v.reason = "outranked";
    }
  }

  static bool goes_before(const question& q, const open_hold& h) noexcept {
    return q.by.priority != h.priority ? q.by.priority > h.priority : q.what.fired < h.fired;
  }

  fatigue_settings set_;
};

void check_hold(const fatigue_settings& s, const settings& at, problems& out) {
  if (s.hold <= duration::zero() || s.hold > longest_hold || s.hold >= s.within) {
    out.push_back(at.at("'hold' must be longer than 0, shorter than 'within' and at most 1 h",
                        "without one, leave it out"));
  } else if (s.per_action) {
    out.push_back(at.at("'hold' is of no use with scope user+action",
                        "firings of one action have the same priority"));
  }
}

}  // namespace

std::unique_ptr<const filter> make_fatigue(settings_reader& options, const settings& node,
                                           const filter_environment&, problems& out) {
  const std::size_t before = out.size();
  fatigue_settings s;
  s.per_action = options.choice("scope", {"user", "user+action"}, "user") == "user+action";
  s.most = static_cast<std::size_t>(options.integer("most", std::nullopt, 1, highest_cap));
  s.within = options.span("within");
  s.hold = options.span("hold", duration::zero());
  if (out.size() != before) return nullptr;
  if (s.within <= duration::zero() || s.within > longest_window)
    out.push_back(node.find("within")->at("'within' must be longer than 0 and at most 366 days"));
  else if (const settings* hold = node.find("hold"))
    check_hold(s, *hold, out);
  if (out.size() != before) return nullptr;
  return std::make_unique<const fatigue>(s);
}

}  // namespace beckon::outreach
